import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes, type DcuProfile } from '#core/dcu';
import { systemClock } from '#core/ports';
import { followJournal, UPDATE_PHASES, type JournalTail, type Phase } from './journal-tail.ts';
import { tempDir } from './temp.ts';
import { seededRandom } from './random.ts';
import { smallProfile } from './small-profile.ts';
import { startVehicleBench, type Said, type VehicleBench } from './vehicle.ts';
import { vehicleProcess, type VehicleProcess } from './vehicle-child.ts';

/** How a kill test ended. All of `bricked`, `wrong` and `stuck` have to be 0. */
export type KillReport = {
  kills: number;
  /** Nothing whole to start. */
  bricked: number;
  /** Whole, and not what the update's end says; or something was left half done. */
  wrong: number;
  /** No start, or no end. */
  stuck: number;
  /** Where the kills landed, by the journal. */
  landed: Partial<Record<Phase, number>>;
  /** How the updates ended. */
  ended: Record<string, number>;
  /** How long each phase takes undisturbed, ms. */
  undisturbed: Partial<Record<Phase, number>>;
};

/** How often the journal is looked at. */
const LOOK_MS = 2;
/** From the journal's word for a phase to the kill that answers it; a short phase is hit at once. */
const NOTICE_MS = 15;
/** Every so many updates a second kill hits the recovery from the first. */
const AGAIN_EVERY = 5;
/** A recovery takes about this long. */
const RECOVERY_MS = 800;
/** An update that shows no end by then never will. */
const PATIENCE_MS = 60_000;

/**
 * Kills a vehicle's process (SIGKILL) `kills` times, evenly over the phases of an update, and looks
 * each time at what a new start makes of it. One vehicle lives through all of it.
 */
export async function killVehicle(options: {
  layout: 'dual' | 'single';
  transport?: 'https' | 'blocks';
  kills: number;
  imageBytes: number;
  seed: string;
  onKill?: (line: string) => void;
}): Promise<KillReport> {
  const { layout, transport = 'https', kills, imageBytes, seed, onKill } = options;
  const random = seededRandom(`${seed} ${layout}`);
  const images = ['x', 'y', 'z'].map((name) =>
    seededBytes({ seed: `${seed} ${name}`, length: imageBytes }),
  );
  const profile = profileOf(layout, imageBytes);
  const report: KillReport = {
    ...{ kills: 0, bricked: 0, wrong: 0, stuck: 0, landed: {}, ended: {}, undisturbed: {} },
  };
  const bench = await startVehicleBench();
  // Long enough to be hit: on one machine a download is over in no time.
  bench.server.faults = { delayMs: 2 };
  let life = await begin(bench, profile, transport);
  let running = sha256Of(seededBytes(ecuOf(profile).factory));
  let updates = 0;
  let stopServing = (): void => undefined;

  const update = async (): Promise<{ updateId: string; sha256: string }> => {
    updates += 1;
    const image = images.find((each, index) => index >= updates % 3 && sha256Of(each) !== running);
    const bytes = image ?? images.find((each) => sha256Of(each) !== running) ?? new Uint8Array();
    bench.broker.published.length = 0;
    stopServing();
    if (transport === 'blocks') stopServing = bench.serveBlocks(bytes);
    const manifest = await bench.release(bytes, {
      version: String(updates),
      releaseCounter: 2 + updates,
    });
    const updateId = `u${String(updates)}`;
    await bench.offer(manifest, { updateId });
    return { updateId, sha256: sha256Of(bytes) };
  };
  const kill = async (): Promise<Phase> => {
    await life.child.kill();
    const phase = await life.tail.phase();
    report.kills += 1;
    report.landed[phase] = (report.landed[phase] ?? 0) + 1;
    return phase;
  };
  const fraction = (): number => ((random.bytes(1)[0] ?? 0) + 0.5) / 256;

  try {
    report.undisturbed = await measure(life.tail, update, async ({ updateId, sha256 }) => {
      await endOf(bench, updateId);
      running = sha256;
    });
    while (report.kills < kills) {
      const wanted = UPDATE_PHASES[updates % UPDATE_PHASES.length] ?? 'checking';
      const { updateId, sha256 } = await update();
      await reach(life.tail, wanted);
      await systemClock.sleep(
        Math.max(0, fraction() * (report.undisturbed[wanted] ?? 0) - NOTICE_MS),
      );
      const hit = [await kill()];
      let outcome = 'stuck';
      try {
        await life.child.start();
        if (updates % AGAIN_EVERY === 0 && report.kills < kills) {
          await systemClock.sleep(fraction() * RECOVERY_MS);
          hit.push(await kill());
          await life.child.start();
        }
        const ending = String((await endOf(bench, updateId))['status']);
        await reach(life.tail, 'idle');
        report.ended[ending] = (report.ended[ending] ?? 0) + 1;
        if (ending === 'completed') running = sha256;
        outcome = await look(life.dir.join('ecus', 'brake'), running);
        if (outcome === 'bricked' || outcome === 'wrong') report[outcome] += 1;
        outcome = `${ending}, ${outcome}`;
      } catch (error) {
        report.stuck += 1;
        outcome = `stuck: ${String(error)}`;
      }
      onKill?.(
        `${layout} ${String(report.kills)}: ${updateId} killed in ${hit.join(', ')}: ${outcome}`,
      );
      if (outcome.includes('good')) continue;
      // The next ones shall not suffer for it.
      await life.end();
      life = await begin(bench, profile, transport);
      running = sha256Of(seededBytes(ecuOf(profile).factory));
    }
    return report;
  } finally {
    await life.end();
    await bench.close();
  }
}

type Life = {
  readonly dir: { join(...parts: string[]): string };
  readonly child: VehicleProcess;
  readonly tail: JournalTail;
  end(): Promise<void>;
};

async function begin(
  bench: VehicleBench,
  profile: DcuProfile,
  transport: 'https' | 'blocks',
): Promise<Life> {
  const dir = await tempDir();
  const { url: server, tls } = bench.server;
  const config = { broker: bench.broker.url, dir: dir.path, server, tls, transport };
  const child = vehicleProcess({ ...config, profile });
  const end = async (): Promise<void> => {
    await child.kill();
    await dir.remove();
  };
  try {
    await child.start();
  } catch (error) {
    await end();
    throw error;
  }
  return { dir, child, tail: followJournal(dir.join('journal.log')), end };
}

/** Slow enough to be hit everywhere, and over in about two seconds. */
function profileOf(layout: 'dual' | 'single', imageBytes: number): DcuProfile {
  const profile = smallProfile(layout);
  const ecu: DcuProfile['ecus'][number] = {
    ...ecuOf(profile),
    factory: { seed: 'brake 1.0', length: imageBytes, version: '1.0', releaseCounter: 2 },
    bootAttempts: layout === 'single' ? 2 : 1,
    eraseRate: 134_217_728,
    longestInstallMs: 800,
    rebootMs: 150,
    selfTestMs: 150,
  };
  return { ...profile, speed: 'real', ecus: [ecu] };
}

function ecuOf(profile: DcuProfile): DcuProfile['ecus'][number] {
  const [ecu] = profile.ecus;
  if (ecu === undefined) throw new Error('a vehicle without ECUs');
  return ecu;
}

/** Resolves as soon as the phase is reached, or one behind it. */
async function reach(tail: JournalTail, wanted: Phase): Promise<void> {
  const place = (phase: Phase): number => {
    const index = (UPDATE_PHASES as readonly string[]).indexOf(phase);
    return phase === 'idle' ? UPDATE_PHASES.length : index < 0 ? UPDATE_PHASES.length - 1 : index;
  };
  const until = systemClock.monotonic() + PATIENCE_MS;
  // What was done before the offer came is no place in this update.
  let begun = wanted === 'idle';
  while (systemClock.monotonic() < until) {
    const phase = await tail.phase();
    begun ||= phase !== 'idle';
    if (begun && place(phase) >= place(wanted)) return;
    await systemClock.sleep(LOOK_MS);
  }
  throw new Error(`${wanted} was not reached`);
}

async function measure<T>(
  tail: JournalTail,
  begin: () => Promise<T>,
  end: (begun: T) => Promise<void>,
): Promise<KillReport['undisturbed']> {
  const took: KillReport['undisturbed'] = {};
  const begun = await begin();
  const update = { over: false };
  const ending = end(begun).finally(() => (update.over = true));
  let last = systemClock.monotonic();
  while (!update.over || (await tail.phase()) !== 'idle') {
    const phase = await tail.phase();
    await systemClock.sleep(LOOK_MS);
    const now = systemClock.monotonic();
    if (phase !== 'idle') took[phase] = Math.round((took[phase] ?? 0) + now - last);
    last = now;
  }
  await ending;
  return took;
}

async function endOf(bench: VehicleBench, updateId: string): Promise<Said> {
  return bench.heard(
    'progress',
    (message) =>
      message['updateId'] === updateId &&
      ['completed', 'rolled_back', 'failed', 'cancelled'].includes(String(message['status'])),
  );
}

type Meta = {
  active: 'A' | 'B';
  trial: unknown;
  banks: Record<'A' | 'B', { state: string; software?: { sha256: string } }>;
  backup: { file: number; kept: unknown } | null;
};

/** What the ECU is, by its own files and nothing else. */
async function look(dir: string, expected: string): Promise<'good' | 'wrong' | 'bricked'> {
  const meta = JSON.parse(await readFile(join(dir, 'meta.json'), 'utf8')) as Meta;
  const measured = async (name: 'A' | 'B'): Promise<string> => {
    const backup = name === 'B' && meta.backup !== null;
    const file = backup ? `backup-${String(meta.backup?.file)}.bin` : `bank-${name}.bin`;
    return sha256Of(await readFile(join(dir, file)));
  };
  const { state, software } = meta.banks[meta.active];
  const found = await measured(meta.active);
  if (state !== 'active' || found !== software?.sha256) return 'bricked';
  const other = meta.active === 'A' ? 'B' : 'A';
  const spare = meta.banks[other];
  const lies = spare.state === 'valid' && (await measured(other)) !== spare.software?.sha256;
  const halfway =
    meta.trial !== null ||
    (meta.backup?.kept ?? null) !== null ||
    ['writing', 'written', 'pending'].includes(spare.state);
  return found !== expected || lies || halfway ? 'wrong' : 'good';
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
