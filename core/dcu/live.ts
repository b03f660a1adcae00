import type { Clock, Log } from '#core/ports';
import type { InventoryEcu, ProgressStatus } from '#core/protocol';
import type { Offer } from './events.ts';
import { downloadProgress, installProgress } from './progress.ts';
import type { Effect, Run } from './state.ts';
import { ecuIdOf, updateIdOf } from './subject.ts';
import { activityOf, isHeld, type VehicleState } from './view.ts';
import type { Voice } from './voice.ts';

/** Progress goes out at most five times a second; every change of status goes out besides. */
const PROGRESS_EVERY_MS = 200;
/** Listeners of mere progress hear this often at most. */
const TELL_EVERY_MS = 50;
/** With this many messages unsent the link is down, and old progress is of no use to anybody. */
const BACKLOG_LIMIT = 16;

/** What changes too often for the journal: percentages, listeners, the retained inventory. */
export interface Live {
  readonly progress: number;
  readonly view: () => VehicleState;
  readonly onChange: (listener: (vehicle: VehicleState) => void) => () => void;
  readonly changed: () => void;
  readonly bankChanged: () => void;
  readonly announced: (effect: Extract<Effect, { type: 'announce' }>) => void;
  readonly downloaded: (offer: Offer, received: number) => void;
  readonly installed: (offer: Offer, written: number) => void;
  readonly sayInventory: () => Promise<void>;
  /** Says again where the running job stands. */
  readonly report: () => Promise<void>;
  /** Waits for what is being said. */
  close(): Promise<void>;
}

export function createLive(options: {
  clock: Clock;
  voice: Voice;
  log: Log;
  pending: () => number;
  inventory: () => InventoryEcu[];
  run: () => Run;
  view: () => VehicleState;
}): Live {
  const { clock, voice, log, pending, inventory, run, view } = options;
  const listeners = new Set<(vehicle: VehicleState) => void>();
  const speaking = new Set<Promise<void>>();
  let progress = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  let toldAt = Number.NEGATIVE_INFINITY;
  let inventoryDue = false;

  const changed = (): void => {
    toldAt = clock.monotonic();
    if (listeners.size === 0) return;
    const vehicle = view();
    for (const listener of [...listeners]) listener(vehicle);
  };
  const inBackground = (saying: Promise<void>): void => {
    const done = saying
      .catch((error: unknown) => {
        log('warn', 'something was left unsaid', { error });
      })
      .finally(() => speaking.delete(done));
    speaking.add(done);
  };
  const sayInventory = (): Promise<void> => voice.say('inventory', { ecus: inventory() }, {});

  const move = (offer: Offer, status: ProgressStatus, next: number): void => {
    if (next === progress) return;
    progress = next;
    const now = clock.monotonic();
    if (now - toldAt >= TELL_EVERY_MS) changed();
    // Bytes that were on their way when it was held would tell of a download that goes on.
    if (isHeld(run())) return;
    if (now - saidAt < PROGRESS_EVERY_MS || pending() >= BACKLOG_LIMIT) return;
    saidAt = now;
    const { updateId, ecuId, manifest, group } = offer;
    const body = {
      ...{ progress, status, version: manifest.version },
      ...(group === undefined ? {} : { bundleId: group.bundleId }),
    };
    inBackground(voice.say('progress', body, { updateId, ecuId }));
  };

  return {
    get progress() {
      return progress;
    },
    view,
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    changed,
    bankChanged: () => {
      changed();
      // Several changes in one go are told once.
      if (inventoryDue) return;
      inventoryDue = true;
      inBackground(
        Promise.resolve().then(() => {
          inventoryDue = false;
          return sayInventory();
        }),
      );
    },
    announced: (effect) => {
      progress = effect.progress;
      saidAt = clock.monotonic();
    },
    downloaded: (offer, received) => {
      move(offer, 'downloading', downloadProgress(received, offer.manifest.firmware.length));
    },
    installed: (offer, written) => {
      move(offer, 'installing', installProgress(written, offer.manifest.firmware.length));
    },
    sayInventory,
    report: async () => {
      const now = run();
      const status = activityOf(now);
      const updateId = updateIdOf(now);
      const ecuId = ecuIdOf(now);
      if (status === null || updateId === null || ecuId === null) return;
      const body = {
        progress,
        status,
        ...('offer' in now ? { version: now.offer.manifest.version } : {}),
        ...('offer' in now && now.offer.group ? { bundleId: now.offer.group.bundleId } : {}),
        ...(isHeld(now) ? { paused: true } : {}),
        ...(now.kind === 'awaiting' ? { waiting: 'confirmation' } : {}),
      };
      await voice.say('progress', body, { updateId, ecuId });
    },
    close: async () => {
      listeners.clear();
      while (speaking.size > 0) await Promise.all([...speaking]);
    },
  };
}
