import { unreachable, type Clock, type Log } from '#core/ports';
import {
  commit,
  erase,
  isTouched,
  otherBank,
  revert,
  switchTo,
  type BankName,
} from './bank-meta.ts';
import { Unreachable, type BackendApi } from './backend-api.ts';
import type { EcuBanks } from './banks.ts';
import { downloadByBlocks, type BlockSource } from './blocks.ts';
import { checkConditions, checkFit } from './conditions.ts';
import { downloadByHttps } from './download.ts';
import { refuse, whyOf } from './errors.ts';
import type { DcuEvent, Offer } from './events.ts';
import { checkRunning, examine, measure } from './evidence.ts';
import type { Files } from './files.ts';
import { checkBootloader, install, reboot, selfTest, type Pace, type SelfTest } from './install.ts';
import type { DcuProfile } from './profile.ts';
import { checkExpiry } from '#core/protocol';
import { openStaging, stagedPath } from './staging.ts';
import type { Work } from './state.ts';

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
  readonly diagnose: SelfTest;
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
      await install({
        ...shop,
        pace: async (ms, stop) => {
          await shop.hold(stop);
          await shop.pace(ms, stop);
        },
        ecu: ecuOf(shop, work.offer.ecuId),
        offer: work.offer,
        bank: work.bank,
        staged: stagedPath(shop.dir, work.offer.manifest.firmware.sha256),
        speed: shop.profile.speed,
        signal,
        onProgress: (written) => {
          shop.onInstall(work.offer, written);
        },
      });
      return { type: 'written' };
    case 'boot': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      return { type: 'booted', bank: await reboot(ecu, work.bank, shop.pace, signal) };
    }
    case 'test': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      await selfTest(ecu, work.bank, shop.diagnose, shop.pace, signal);
      return { type: 'tested' };
    }
    case 'commit': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      await ecu.change(commit(ecu.meta(), work.bank));
      return { type: 'committed' };
    }
    case 'revert': {
      const ecu = ecuOf(shop, work.offer.ecuId);
      if (work.before === null) {
        await emit({ type: 'evidenced', evidence: await measure(ecu, signal) });
      }
      return wentBack(ecu, signal, () => goBack(shop, ecu, work.bank, signal));
    }
    case 'clear':
      await clear(shop, work, signal);
      return { type: 'cleared' };
    case 'look': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      if (work.before === null) {
        await emit({ type: 'evidenced', evidence: await measure(ecu, signal) });
      }
      return look(ecu, signal);
    }
    case 'switch': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      await ecu.change(switchTo(ecu.meta(), work.bank));
      return { type: 'switched' };
    }
    case 'retest': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      await reboot(ecu, work.bank, shop.pace, signal);
      await selfTest(ecu, work.bank, shop.diagnose, shop.pace, signal);
      return { type: 'tested' };
    }
    case 'return': {
      const ecu = ecuOf(shop, work.rollback.ecuId);
      return wentBack(ecu, signal, () => goBack(shop, ecu, work.bank, signal));
    }
    case 'measure': {
      const ecu = shop.ecus.get(work.ecuId);
      return { type: 'measured', evidence: ecu === undefined ? null : await measure(ecu, signal) };
    }
    case 'close':
      return { type: 'closed' };
    default:
      return unreachable(work);
  }
}

/** [D2] the backend knows it, [D3] the vehicle is ready, and the release fits; of a group all. */
async function confirm(shop: Workshop, offer: Offer, signal: AbortSignal): Promise<void> {
  const members = membersOf(offer);
  const planned = members.map(({ manifest }) => manifest);
  for (const member of members) {
    const ecu = ecuOf(shop, member.ecuId);
    checkExpiry(member.manifest, shop.clock.now());
    checkFit(member.manifest, ecu, [...shop.ecus.values()], planned);
    if (offer.group !== undefined) await checkBootloader(ecu);
  }
  await checkReady(shop, members);
  for (const member of members) await askBackend(shop, member, signal);
}

/** Each ECU's part of an offer. */
function membersOf(offer: Offer): readonly Offer[] {
  const { group } = offer;
  return group === undefined ? [offer] : group.members.map((member) => ({ ...offer, ...member }));
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
  const { conditions } = shop.profile;
  const free = Math.min(conditions.freeBytes, await shop.files.freeBytes(shop.dir));
  const all = members.reduce((sum, { manifest }) => sum + manifest.firmware.length, 0);
  for (const { manifest } of members) {
    checkConditions(manifest, conditions, free - (all - manifest.firmware.length));
  }
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
  // A technician may have taken a while to say yes.
  checkExpiry(offer.manifest, shop.clock.now());
  await checkBootloader(ecu);
  checkFit(offer.manifest, ecu, [...shop.ecus.values()]);
  await checkReady(shop, [offer]);
  return { type: 'secured', bank: otherBank(ecu.meta().active) };
}

/** Back to the bank that is not `bank`, which is never started again. */
async function goBack(
  shop: Workshop,
  ecu: EcuBanks,
  bank: BankName,
  signal: AbortSignal,
): Promise<void> {
  await ecu.change(revert(ecu.meta(), bank));
  await shop.pace(ecu.profile.rebootMs, signal);
  const running = await ecu.boot();
  if (!(await ecu.isWhole(running, signal))) {
    throw refuse('PREVIOUS_BANK_DAMAGED', `bank ${running} does not hold what its record says`);
  }
}

/** A cancelled update leaves nothing in the bank it was writing to, and nothing else changed. */
async function clear(
  shop: Workshop,
  { offer, bank }: Extract<Work, { kind: 'clear' }>,
  signal: AbortSignal,
): Promise<void> {
  const ecu = ecuOf(shop, offer.ecuId);
  if (bank === null || !isTouched(ecu.meta(), bank)) return;
  const onTrial = ecu.meta().trial !== null;
  await ecu.eraseBank(bank);
  await ecu.change(erase(ecu.meta(), bank));
  if (onTrial) await shop.pace(ecu.profile.rebootMs, signal);
}

/** [D7] */
async function look(ecu: EcuBanks, signal: AbortSignal): Promise<DcuEvent> {
  const { checks, bank, why } = await examine(ecu, signal);
  if (why !== null) return { type: 'failed', why, checks: [...checks] };
  if (bank === null) throw refuse('NO_VALID_BANK', `nothing to return to in ${ecu.profile.ecuId}`);
  return { type: 'previousFound', bank, checks: [...checks] };
}

/** Whatever came of going back, the verdict says what runs then. */
async function wentBack(
  ecu: EcuBanks,
  signal: AbortSignal,
  goBack: () => Promise<void>,
): Promise<DcuEvent> {
  try {
    await goBack();
  } catch (error) {
    signal.throwIfAborted();
    const checks = await checkRunning(ecu, signal).then(
      (check) => [check],
      () => [],
    );
    return { type: 'failed', why: whyOf(error), checks };
  }
  return { type: 'reverted', checks: [await checkRunning(ecu, signal)] };
}

function ecuOf(shop: Workshop, ecuId: string): EcuBanks {
  const ecu = shop.ecus.get(ecuId);
  if (ecu === undefined) throw refuse('ECU_UNKNOWN', `the vehicle has no ECU ${ecuId}`);
  return ecu;
}
