import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkOpenFiles,
  type Fleet,
  type FleetTally,
  fleetPassword,
  fleetVins,
  makeFleetKeys,
  openFleet,
  openThrowAway,
} from '#core/bench';
import { systemClock, systemRandom } from '#core/ports';
import { createMemoryBook, openFilesLimit } from '../fleet/memory.ts';
import { type Opened } from '../fleet/messages.ts';
import { type Plant, startPlant } from '../fleet/plant-process.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { checkFleet, type FleetChoice, type FleetCommandOptions } from './fleet-choice.ts';
import { tellConnecting, tellMemory, tellTally } from './fleet-tell.ts';
import { updateAll } from './fleet-update.ts';
import { readCredentials, vaultOf, workspaceDir } from './options.ts';
import { runCommand, type Session, type Surroundings } from './session.ts';

/** Two missed pings: a fleet's are many, and each is work for the broker. */
const KEEPALIVE_S = 60;
/** Certificates asked for in one go. */
const CERTIFICATES_AT_ONCE = 50;

/** Many vehicles in this process; broker and backend, where they are ours, in another. */
export function runFleet(around: Surroundings, options: FleetCommandOptions): Promise<ExitCode> {
  return runCommand(around, options, async (session) => {
    const { platform, env } = around;
    const choice = await checkFleet(options, workspaceDir(options.workspace, platform, env));
    const vins = fleetVins(choice.vinPrefix, choice.vehicles);
    // Vehicles and broker have a file each for every connection; HTTPS takes another for a while.
    checkOpenFiles(choice.vehicles, openFilesLimit(), choice.transport === 'https' ? 2 : 1);
    const { dir, remove } = await openThrowAway('ota-bench-fleet-');
    const { signal } = session;
    const plant = choice.needsPlant
      ? startPlant({ verbose: options.verbose === true, signal })
      : null;
    try {
      return await run(around, options, choice, session, { dir, plant, vins });
    } finally {
      await plant?.close();
      await remove();
    }
  });
}

async function run(
  around: Surroundings,
  options: FleetCommandOptions,
  choice: FleetChoice,
  session: Session,
  { dir, plant, vins }: { dir: string; plant: Plant | null; vins: readonly string[] },
): Promise<ExitCode> {
  const { output, signal, log } = session;
  const memory = createMemoryBook();
  output.say(
    { event: 'starting', vehicles: vins.length },
    `OTA Bench: making ${String(vins.length)} vehicles, ${vins[0] ?? ''} to ${vins.at(-1) ?? ''}`,
  );
  const keys = await makeFleetKeys(vins, choice.algorithm, systemRandom);
  signal.throwIfAborted();
  const trustFile = options.trustOut ?? join(dir, 'fleet.jwks');
  await writeFile(trustFile, keys.trustText);
  const secret = randomBytes(32);
  const opened =
    plant && (await openPlant(around, options, choice, plant, { dir, vins, secret, trustFile }));
  const url = opened?.url ?? options.broker ?? '';
  const certificates = choice.certificates && plant ? await issueAll(plant, vins, session) : null;
  const given = await readCredentials(options.credentials);
  const passwordOf = (vin: string): string | undefined => {
    if (choice.certificates) return undefined;
    return options.broker === undefined ? fleetPassword(secret, vin) : given?.[vin];
  };
  memory.prepared();
  const fleet = await openFleet({
    keys,
    broker: { url, caPem: choice.caPem ?? opened?.caPem ?? null },
    passwordOf,
    certificateOf: certificates,
    backendUrl: choice.transport === 'https' ? (opened?.apiUrl ?? null) : null,
    trusted: { text: opened?.trust ?? null, files: options.trust ?? [] },
    profile: choice.profile,
    topicRoot: choice.topicRoot,
    policy: choice.policy,
    unready: choice.unready,
    failing: choice.failing,
    keepaliveSeconds: KEEPALIVE_S,
    dir,
    clock: systemClock,
    random: systemRandom,
    log,
  });
  try {
    const began = systemClock.monotonic();
    const quiet = tellConnecting(fleet, output);
    try {
      await fleet.connect(signal, 1);
      memory.first();
      await fleet.connect(signal);
    } finally {
      quiet();
    }
    const took = systemClock.monotonic() - began;
    const tally = await fleet.until(allConnected, signal);
    tellTally('connected', tally, took, output, url);
    tellMemory('connected', memory, tally.vehicles, output);
    const code =
      choice.update && plant
        ? await updateAll(plant, fleet, vins, choice, session, { dir, memory })
        : EXIT.ok;
    if (choice.update && !choice.stay) return code;
    output.say({ event: 'ready' }, 'Running; Ctrl-C stops it.');
    return await untilStopped(fleet, session);
  } finally {
    await fleet.close();
  }
}

const allConnected = ({ standing, vehicles }: FleetTally): boolean =>
  standing.connected === vehicles;

async function openPlant(
  around: Surroundings,
  options: FleetCommandOptions,
  choice: FleetChoice,
  plant: Plant,
  made: { dir: string; vins: readonly string[]; secret: Uint8Array; trustFile: string },
): Promise<Opened> {
  const temporary = options.workspace === undefined;
  return plant.open({
    workspace: temporary
      ? join(made.dir, 'workspace')
      : workspaceDir(options.workspace, around.platform, around.env),
    temporary,
    vault: vaultOf(options, temporary, around.env),
    broker: options.broker === undefined ? null : { url: options.broker, caPem: choice.caPem },
    credentials: (await readCredentials(options.credentials)) ?? null,
    certificates: choice.certificates,
    vins: [...made.vins],
    secret: Buffer.from(made.secret).toString('hex'),
    trustFiles: [made.trustFile, ...(options.trust ?? [])],
    transport: choice.transport,
    algorithm: choice.algorithm,
    policy: choice.policy,
    root: options.root ?? null,
    backend: choice.update,
  });
}

type Shown = { cert: string; key: string; ca: string };

async function issueAll(
  plant: Plant,
  vins: readonly string[],
  { output }: Session,
): Promise<(vin: string) => Shown> {
  const shown = new Map<string, Shown>();
  for (let from = 0; from < vins.length; from += CERTIFICATES_AT_ONCE) {
    const issued = await plant.certificates(vins.slice(from, from + CERTIFICATES_AT_ONCE));
    // One text of the CA for all of them.
    const { ca } = issued;
    for (const { vin, cert, key } of issued.pairs) shown.set(vin, { cert, key, ca });
    output.progress(`  certificates   ${String(shown.size)} of ${String(vins.length)}`);
  }
  output.say(
    { event: 'certificates', issued: shown.size },
    `  certificates   ${String(shown.size)} issued`,
  );
  return (vin) => {
    const found = shown.get(vin);
    if (found === undefined) throw new Error(`no certificate was issued for ${vin}`);
    return found;
  };
}

/** Tells who comes and goes until Ctrl-C. */
async function untilStopped(fleet: Fleet, { output, signal }: Session): Promise<ExitCode> {
  let losses = fleet.tally().losses;
  for (;;) {
    const now = await fleet.until((tally) => tally.losses > losses || !allConnected(tally), signal);
    ({ losses } = now);
    tellTally('lost', now, null, output, null);
    const back = await fleet.until(allConnected, signal);
    ({ losses } = back);
    tellTally('connected', back, null, output, null);
  }
}
