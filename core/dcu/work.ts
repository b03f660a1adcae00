import { unreachable, type Clock, type Log } from '#core/ports';
import { commit, type BankName } from './bank-meta.ts';
import { Unreachable, type BackendApi } from './backend-api.ts';
import { type EcuBanks } from './banks.ts';
import { reboot } from './boot.ts';
import { downloadByBlocks, type BlockSource } from './blocks.ts';
import { checkConditions, checkFit, checkSupply, limitsOf } from './conditions.ts';
import { downloadByHttps } from './download.ts';
import { checkEnds, membersOf } from './ends.ts';
import { refuse } from './errors.ts';
import type { DcuEvent, Offer } from './events.ts';
import type { Files } from './files.ts';
import type { Tools } from './flash.ts';
import type { Hazards } from './hazards.ts';
import { checkBootloader, install, selfTest } from './install.ts';
import type { Pace } from './pace.ts';
import type { DcuProfile, VehicleConditions } from './profile.ts';
import { goBack, needsCopy, runningBank, switchOver, takeBack, targetBank } from './revert.ts';
import { openStaging, stagedPath } from './staging.ts';
import type { Work } from './state.ts';
import { look, measured, settled, wentBack } from './way-back.ts';

/** [D2] Longest wait for a backend that does not answer; then the offer is refused. */
const CONFIRM_LIMIT_MS = 30_000;
const CONFIRM_RETRY_MS = 500;

export type Workshop = {
  readonly vin: string;
  readonly dir: string;
  readonly files: Files;
  readonly profile: DcuProfile;
  readonly ecus: ReadonlyMap<string, EcuBanks>;
  readonly api: BackendApi | null;
  /** Null: the image comes by HTTPS. */
  readonly blocks: ((offer: Offer) => BlockSource) | null;
  readonly pace: Pace;
  /** Resolves at once unless the update is held; then once it goes on. */
  readonly hold: (signal: AbortSignal) => Promise<void>;
  readonly hazards: Hazards;
  /** The vehicle's conditions as they are this moment. */
  readonly conditions: () => VehicleConditions;
  readonly clock: Clock;
  readonly log: Log;
  readonly onDownload: (offer: Offer, received: number) => void;
  readonly onInstall: (offer: Offer, written: number) => void;
};

/** Does one piece of work. Each may be cut short at any point and done again from its start. */
export async function performWork(
  shop: Workshop,
  work: Work,
  signal: AbortSignal,
  emit: (event: DcuEvent) => Promise<void>,
): Promise<DcuEvent> {
  switch (work.kind) {
    case 'confirm':
      await confirm(shop, work.offer, signal);
      return { type: 'confirmed' };
    case 'download':
      await download(shop, work, signal, emit);
      return { type: 'downloaded' };
    case 'secure':
      return secure(shop, work.offer);
    case 'install':
      await shop.hold(signal);
      await write(shop, work, signal);
      return { type: 'written' };
    case 'boot': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      return { type: 'booted', ...(await reboot(ecu, work.bank, shop.hazards, shop.pace, signal)) };
    }
    case 'test':
      await test(shop, work.offer.ecuId, work.bank, signal);
      return { type: 'tested' };
    case 'commit': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      await ecu.change(commit(ecu.meta(), work.bank));
      return { type: 'committed' };
    }
    case 'revert': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      if (work.before === null) {
        await emit({ type: 'evidenced', ...(await measured(ecu, signal)) });
      }
      return wentBack(ecu, work.bank, signal, () =>
        goBack(toolsOf(shop, signal), shop.hazards, ecu, work.bank),
      );
    }
    case 'clear': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      const { bank, before } = work;
      if (bank === null || !needsCopy(ecu, bank, before)) {
        await takeBack(toolsOf(shop, signal), ecu, bank);
        return { type: 'cleared' };
      }
      if (before === null) await emit({ type: 'evidenced', ...(await measured(ecu, signal)) });
      return wentBack(ecu, bank, signal, () =>
        goBack(toolsOf(shop, signal), shop.hazards, ecu, bank),
      );
    }
    case 'look': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      if (work.before === null) {
        await emit({ type: 'evidenced', ...(await measured(ecu, signal)) });
      }
      // One before that could not be settled must not pass for this one, done already.
      await settled(ecu);
      return look(ecu, [...shop.ecus.values()], signal);
    }
    case 'switch':
      await switchOver(toolsOf(shop, signal), ecuOf(shop, work.rollback.ecuId), work.bank);
      return { type: 'switched' };
    case 'retest': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      await reboot(ecu, work.bank, shop.hazards, shop.pace, signal);
      await test(shop, work.rollback.ecuId, work.bank, signal);
      return { type: 'tested' };
    }
    case 'return': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      return wentBack(ecu, work.bank, signal, () =>
        goBack(toolsOf(shop, signal), shop.hazards, ecu, work.bank),
      );
    }
    case 'measure': {
      const ecu = shop.ecus.get(work.ecuId);
      if (ecu === undefined) return { type: 'measured', evidence: null };
      // Only now does the journal say that the way back of a rollback is not needed any more.
      await settled(ecu);
      return { type: 'measured', ...(await measured(ecu, signal)) };
    }
    case 'close':
      return { type: 'closed' };
    default:
      return unreachable(work);
  }
}

/** [D2] the backend knows it, [D3] the vehicle is ready, and the release fits; of a group all. */
async function confirm(shop: Workshop, offer: Offer, signal: AbortSignal): Promise<void> {
  checkEnds(offer, shop.clock.now());
  const members = membersOf(offer);
  const planned = members.map(({ manifest }) => manifest);
  for (const member of members) {
    const ecu = ecuOf(shop, member.ecuId);
    checkFit(member.manifest, ecu, [...shop.ecus.values()], planned);
    if (offer.group !== undefined) await checkBootloader(ecu);
  }
  await checkReady(shop, members);
  for (const member of members) await askBackend(shop, member, signal);
}

async function askBackend(shop: Workshop, offer: Offer, signal: AbortSignal): Promise<void> {
  const { clock, api } = shop;
  // No address: no backend API is configured, and the signatures have to do.
  if (api === null || api.url() === null) return;
  const end = clock.monotonic() + CONFIRM_LIMIT_MS;
  for (;;) {
    try {
      await api.verify(offer, shop.vin, signal);
      return;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (clock.monotonic() > end) throw refuse('BACKEND_UNREACHABLE', error.message, error);
      await clock.sleep(CONFIRM_RETRY_MS, signal);
    }
  }
}

/** The images of a group lie there together before the first is written. */
async function checkReady(shop: Workshop, members: readonly Offer[]): Promise<void> {
  const conditions = shop.conditions();
  const free = Math.min(conditions.freeBytes, await shop.files.freeBytes(shop.dir));
  const all = members.reduce((sum, { manifest }) => sum + manifest.firmware.length, 0);
  for (const member of members) {
    const { manifest } = member;
    const left = free - (all - manifest.firmware.length);
    checkConditions(
      manifest,
      limitsOf(shop.profile, ecuOf(shop, member.ecuId).profile),
      conditions,
      left,
    );
  }
}

async function write(
  shop: Workshop,
  { offer, bank }: Extract<Work, { kind: 'install' }>,
  signal: AbortSignal,
): Promise<void> {
  const ecu = ecuOf(shop, offer.ecuId);
  const limits = limitsOf(shop.profile, ecu.profile);
  // Held, or without power, before its first byte: nothing is begun that has to be brought to its end.
  const { state } = ecu.meta().banks[bank];
  const isBegun = state === 'writing' || state === 'written';
  if (!isBegun && (offer.group?.at ?? 0) === 0) checkEnds(offer, shop.clock.now());
  await install({
    tools: toolsOf(shop, signal),
    ecu,
    offer,
    bank,
    staged: stagedPath(shop.dir, offer.manifest.firmware.sha256),
    // A supply that sags while a flash is written is what ruins it.
    check: () => {
      checkSupply(offer.manifest, limits, shop.conditions());
    },
    onProgress: (written) => {
      shop.onInstall(offer, written);
    },
  });
}

async function test(
  shop: Workshop,
  ecuId: string,
  bank: BankName,
  signal: AbortSignal,
): Promise<void> {
  const ecu = ecuOf(shop, ecuId);
  const running = runningBank(ecu, bank);
  await selfTest(ecu, running, shop.hazards, shop.pace, signal);
}

function toolsOf({ files, pace, hold, profile }: Workshop, signal: AbortSignal): Tools {
  const paced = async (ms: number, stop: AbortSignal): Promise<void> => {
    await hold(stop);
    await pace(ms, stop);
  };
  return { files, pace: paced, speed: profile.speed, signal };
}

async function download(
  shop: Workshop,
  work: Extract<Work, { kind: 'download' }>,
  signal: AbortSignal,
  emit: (event: DcuEvent) => Promise<void>,
): Promise<void> {
  const { files, clock, log, api, blocks } = shop;
  const { offer, checkpoint } = work;
  const { firmware } = offer.manifest;
  // It may have been held, or without power, for longer than it holds.
  checkEnds(offer, clock.now());
  const staging = await openStaging({
    files,
    path: stagedPath(shop.dir, firmware.sha256),
    firmware,
    checkpoint,
    now: clock.now(),
    signal,
  });
  try {
    const transfer = {
      offer,
      staging,
      etag: checkpoint?.etag ?? null,
      clock,
      log,
      signal,
      onCheckpoint: (mark: NonNullable<typeof checkpoint>) =>
        emit({ type: 'checkpointed', checkpoint: mark }),
      onProgress: (received: number) => {
        shop.onDownload(offer, received);
      },
    };
    if (blocks !== null) await downloadByBlocks(blocks(offer), transfer);
    else if (api !== null) await downloadByHttps(api, transfer);
    else throw refuse('DOWNLOAD_REFUSED', 'no backend API is configured to download from');
    await staging.finish();
  } finally {
    await staging.close();
  }
}

/** [D5] and once more [D3], before the first write. */
async function secure(shop: Workshop, offer: Offer): Promise<DcuEvent> {
  const ecu = ecuOf(shop, offer.ecuId);
  // A technician may have taken a while to say yes. What was begun is brought to its end.
  if ((offer.group?.at ?? 0) === 0) checkEnds(offer, shop.clock.now());
  await checkBootloader(ecu);
  checkFit(offer.manifest, ecu, [...shop.ecus.values()]);
  await checkReady(shop, [offer]);
  const single = ecu.profile.layout === 'single';
  return { type: 'secured', bank: targetBank(ecu), ...(single ? { single } : {}) };
}

function ecuOf(shop: Workshop, ecuId: string): EcuBanks {
  const ecu = shop.ecus.get(ecuId);
  if (ecu === undefined) throw refuse('ECU_UNKNOWN', `the vehicle has no ECU ${ecuId}`);
  return ecu;
}
