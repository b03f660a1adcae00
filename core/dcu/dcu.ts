import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { RollbackPreview } from '#core/contract';
import type { z } from 'zod';
import { endAll, unreachable, type Clock, type Log, type Random } from '#core/ports';
import { createOutbox, type Link } from '#core/link';
import type { EcuEvidence, Topics } from '#core/protocol';
import {
  createReplayGuard,
  type Algorithm,
  type KeyRing,
  type Policy,
  type SigningKey,
} from '#core/signing';
import { openDatabase } from '#core/storage';
import { createBackendApi, type BackendApi, type BackendApiOptions } from './backend-api.ts';
import type { EcuBanks } from './banks.ts';
import { createBlockFeed } from './block-feed.ts';
import { createChores } from './chores.ts';
import { inventoryOf } from './conditions.ts';
import { openEcus } from './ecus.ts';
import { refuse, whyOf } from './errors.ts';
import { measure } from './evidence.ts';
import { diskFiles, type Files } from './files.ts';
import { noHazards, type Hazards } from './hazards.ts';
import { hearCommand, hearStatus, type Ears } from './hear.ts';
import { createPace } from './pace.ts';
import { openJournal } from './journal.ts';
import { createLive } from './live.ts';
import { createNotifications } from './notifications.ts';
import { attend } from './presence.ts';
import { previewOf } from './preview.ts';
import { DcuProfile, VehicleConditions } from './profile.ts';
import { createRunner } from './runner.ts';
import { createHold } from './hold.ts';
import { replay } from './snapshot.ts';
import { blankState, type Run } from './state.ts';
import { ecuIdOf } from './subject.ts';
import { isTakenUp } from './taken-up.ts';
import { tell, type Mouth } from './tell.ts';
import { isHeld, viewOf, type VehicleState } from './view.ts';
import { createVoice } from './voice.ts';
import { performWork } from './work.ts';

export type DcuOptions = {
  readonly vin: string;
  /** `vehicles/{VIN}`: banks, journal, staged image and what must not be said or heard twice. */
  readonly dir: string;
  /** Opened by the caller, with `presenceWill` as its last will; closed by the caller. */
  readonly link: Link;
  readonly topics: Topics;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly algorithms: readonly Algorithm[];
  readonly signer: SigningKey;
  readonly transport: 'https' | 'blocks';
  /** Null: nothing to confirm with [D2], to notify or to download from by HTTPS. */
  readonly backendApi: BackendApiOptions | null;
  readonly profile: z.input<typeof DcuProfile>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The disk under banks, journal and staged image; the real one unless given. */
  readonly files?: Files;
  /** What goes wrong with the hardware; nothing unless given. */
  readonly hazards?: Hazards;
  /** What lies between the vehicle and the backend API; nothing unless given. */
  readonly overApi?: (api: BackendApi) => BackendApi;
  /** Called as a state is entered: it is on record, nothing of it is done. If it fails, all stops. */
  readonly onState?: (state: Run['kind']) => void | Promise<void>;
  /** Aborted when the power goes: from then on nothing is written, not even the books. */
  readonly power?: AbortSignal;
  /**
   * Where it keeps what must not be said or heard twice, shared by vehicles of one process and
   * closed by the caller; `dcu.db` in its folder unless given.
   */
  readonly books?: DatabaseSync;
};

export interface Dcu {
  readonly vin: string;
  vehicle(): VehicleState;
  /** What a rollback of this ECU would do now. ECU_UNKNOWN. */
  previewRollback(ecuId: string): Promise<RollbackPreview>;
  /** What an ECU's banks hold, read byte for byte now. ECU_UNKNOWN. */
  measure(ecuId: string): Promise<EcuEvidence>;
  /** The technician's answer to an update that waits for it. NOT_WAITING. */
  confirm(updateId: string, accept: boolean): Promise<void>;
  /** What the vehicle's surroundings are from now on; also an install under way feels it. */
  setConditions(conditions: VehicleConditions): void;
  /** Called after every change, at most some 20 times a second for mere progress. */
  onChange(listener: (vehicle: VehicleState) => void): () => void;
  /** Stops where it is; the journal says where to go on. The link stays open. */
  close(): Promise<void>;
}

/**
 * Starts a vehicle on its folder, or makes it as it left the factory. What the journal says was
 * under way is resumed or reverted [D6]. Does not wait for the broker.
 *
 * @throws DcuError JOURNAL_CORRUPT, META_CORRUPT; StorageError for `dcu.db`
 */
export async function startDcu(options: DcuOptions): Promise<Dcu> {
  const opened: Closing[] = [];
  try {
    return await start(options, (close) => opened.push(close));
  } catch (error) {
    // Why it did not start is the news, not what could not be closed after it.
    await endAll(opened.toReversed()).catch(() => undefined);
    throw error;
  }
}

type Closing = () => unknown;

/** @param opens is told of whatever is open from then on */
async function start(options: DcuOptions, opens: (close: Closing) => void): Promise<Dcu> {
  const { vin, dir, link, topics, books, clock, random, log } = options;
  const files = options.files ?? diskFiles;
  const profile = DcuProfile.parse(options.profile);
  const hazards = options.hazards ?? noHazards;
  let set = profile.conditions;
  const conditions = (): VehicleConditions => hazards.conditions(set);

  await files.makeFolder(join(dir, 'staged'));
  const journal = await openJournal(files, join(dir, 'journal.log'));
  opens(() => journal.close());
  const state = journal.past.reduce(replay, blankState);
  const ecus = await openEcus({ files, dir, profile, log, busy: ecuIdOf(state.run) }, () => {
    live.bankChanged();
  });
  const db = books ?? openDatabase(join(dir, 'dcu.db'));
  const list = [...ecus.values()];
  const closeBooks = (): void => {
    // Those of others stay open for the others.
    if (books === undefined && db.isOpen) db.close();
  };
  opens(closeBooks);

  const outbox = createOutbox({ db, link, clock, log });
  opens(() => outbox.close());
  const voice = createVoice({
    vin,
    topics,
    signer: options.signer,
    clock,
    random,
    db,
    link,
    outbox,
  });
  const direct = options.backendApi && createBackendApi(options.backendApi);
  opens(() => direct?.close());
  const api = direct && (options.overApi?.(direct) ?? direct);
  const notifications = api && createNotifications({ vin, db, api, clock, log });
  opens(() => notifications?.close());
  const court = { ...options, guard: createReplayGuard(db, { clock }) };
  const feed = options.transport === 'blocks' ? createBlockFeed(court, voice) : null;
  const live = createLive({
    clock,
    voice,
    log,
    pending: () => outbox.pending(),
    inventory: () => list.map(inventoryOf),
    run: () => runner.state.run,
    view: () =>
      viewOf({
        vin,
        conditions: conditions(),
        ecus: list,
        state: runner.state,
        halted: runner.halted,
        progress: live.progress,
      }),
  });
  const hold = createHold(() => isHeld(runner.state.run));
  const shop = {
    vin,
    hold: hold.pass,
    dir,
    files,
    profile,
    ecus,
    api,
    blocks: feed && feed.sourceOf,
    pace: createPace(profile, clock),
    conditions,
    hazards,
    clock,
    log,
    onDownload: live.downloaded,
    onInstall: live.installed,
  };
  const chores = createChores(log);
  const mouth: Mouth = {
    vin,
    dir,
    files,
    ecus,
    voice,
    notifications,
    clock,
    chores,
    dispatch: (event) => runner.dispatch(event),
    inventory: live.sayInventory,
    report: live.report,
    onAnnounce: live.announced,
  };
  const runner = createRunner({
    journal,
    state,
    performer: {
      take: (effect) => tell(mouth, effect),
      work: (work, signal, emit) => performWork(shop, work, signal, emit),
    },
    clock,
    log,
    onChange: () => {
      hold.changed();
      live.changed();
    },
    ...(options.onState === undefined ? {} : { onState: options.onState }),
  });
  options.power?.addEventListener('abort', closeBooks);

  const ears: Ears = {
    court,
    topics,
    ecus: list,
    voice,
    random,
    log,
    confirmInstall: profile.confirmInstall,
    knows: (updateId) => runner.state.known.includes(updateId),
    knowsRollback: (rollback) => isTakenUp(runner.state.rollbacks, rollback),
    dispatch: (event) => runner.dispatch(event),
  };
  const attendance = attend({
    vin,
    link,
    topics,
    voice,
    log,
    blocks: feed !== null,
    onReady: live.sayInventory,
    hear: async (kind, incoming) => {
      switch (kind) {
        case 'status':
          return hearStatus(ears, incoming);
        case 'command':
          return hearCommand(ears, incoming);
        case 'firmware_block':
          return feed?.hear(incoming);
        default:
          return unreachable(kind);
      }
    },
  });

  try {
    await runner.dispatch({ type: 'powered' });
  } catch (error) {
    log('error', 'the DCU could not start on its journal', { ...whyOf(error) });
  }
  attendance.begin();
  if (link.state.kind === 'up') await attendance.ready;

  const ecuOf = (ecuId: string): EcuBanks => {
    const ecu = ecus.get(ecuId);
    if (ecu === undefined) throw refuse('ECU_UNKNOWN', `the vehicle has no ECU ${ecuId}`);
    return ecu;
  };

  return {
    vin,
    vehicle: live.view,
    previewRollback: async (ecuId) => previewOf(vin, ecuOf(ecuId), list, runner.state.run),
    measure: async (ecuId) => (await measure(ecuOf(ecuId))).evidence,
    confirm: async (updateId, accept) => {
      const { run } = runner.state;
      if (run.kind !== 'awaiting' || run.offer.updateId !== updateId) {
        throw refuse('NOT_WAITING', `update ${updateId} does not wait for a confirmation`);
      }
      const command = accept ? 'install' : 'cancel';
      await runner.dispatch({ type: 'commanded', command, updateId, inReplyTo: null });
    },
    setConditions: (next) => {
      set = VehicleConditions.parse(next);
      live.changed();
    },
    onChange: live.onChange,
    close: () =>
      endAll([
        () => attendance.close(clock),
        () => chores.close(),
        () => runner.close(),
        () => notifications?.close(),
        () => api?.close(),
        () => live.close(),
        () => outbox.close(),
        () => options.power?.removeEventListener('abort', closeBooks),
        closeBooks,
      ]),
  };
}
