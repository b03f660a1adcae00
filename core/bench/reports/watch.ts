import { type UpdateView, type VehicleView } from '#core/contract';
import { type Clock, type Log } from '#core/ports';
import { type MomentName, type ReportBooks, wordOfStage } from '#core/report';
import { type Feeds } from '../feeds.ts';
import { conditionsOf, recordedOf } from './snapshot.ts';

/** A clock that is set back by less was only corrected. */
const STEP_BACK_MS = 2_000;

export type ReportWatch = {
  /** The wall clock; that it went back is noted in every session that is under way. */
  now(): number;
  close(): void;
};

/**
 * Notes what the vehicle was at each step of each update, and what came in between, while it
 * happens: afterwards nobody knows any more.
 */
export function watchUpdates(options: {
  feeds: Pick<Feeds, 'updates' | 'vehicles'>;
  books: ReportBooks;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): ReportWatch {
  const { feeds, clock, log } = options;
  const { sessions, moments } = options.books;
  const before = new Map<string, UpdateView>();
  const online = new Map<string, boolean>();
  let latest = clock.now();

  const now = (): number => {
    const at = clock.now();
    if (at < latest - STEP_BACK_MS) {
      const detail = `by ${String(Math.round((latest - at) / 1_000))} s`;
      for (const { sessionId } of sessions.running()) {
        sessions.note(sessionId, { at, kind: 'clock_stepped_back', detail });
      }
    }
    latest = at;
    return at;
  };
  /** What cannot be noted must not stand in an update's way. */
  const safely = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log('error', 'a step could not be noted for the report', { reason: String(error) });
    }
  };

  const onUpdate = (update: UpdateView): void => {
    const was = before.get(update.updateId);
    if (isOver(update)) before.delete(update.updateId);
    else before.set(update.updateId, update);
    const moment = momentOf(was, update);
    if (moment !== null) {
      const vehicle = feeds.vehicles.get(update.vin);
      const whole = moment === 'issued' || moment === 'ended';
      moments.note(
        update.updateId,
        moment,
        whole ? recordedOf(vehicle, now()) : conditionsOf(vehicle, now()),
      );
    }
    if (was === undefined || was.paused === update.paused) return;
    const session = sessions.ofUpdate(update.updateId);
    if (session === null) return;
    const kind = update.paused ? 'paused' : 'resumed';
    sessions.note(session.sessionId, { at: now(), kind, detail: update.updateId });
  };
  const onVehicle = (vehicle: VehicleView): void => {
    const concerned = sessions.ofVehicle(vehicle.vin);
    if (concerned.length === 0) {
      online.delete(vehicle.vin);
      return;
    }
    const was = online.get(vehicle.vin);
    online.set(vehicle.vin, vehicle.online);
    if (was === undefined || was === vehicle.online) return;
    const kind = vehicle.online ? 'vehicle_online' : 'vehicle_offline';
    for (const { sessionId } of concerned) {
      sessions.note(sessionId, { at: now(), kind, detail: vehicle.vin });
    }
  };

  for (const { sessionId } of sessions.running()) {
    const detail = 'OTA Bench was closed, or ended, while the session was under way';
    sessions.note(sessionId, { at: now(), kind: 'tool_restarted', detail });
  }
  const undo = [
    feeds.updates.listen((update) => {
      safely(() => {
        onUpdate(update);
      });
    }),
    feeds.vehicles.listen((vehicle) => {
      safely(() => {
        onVehicle(vehicle);
      });
    }),
  ];
  return {
    now,
    close: () => {
      for (const each of undo) each();
    },
  };
}

/** The moment that an update has come to with this change; null where it is none of interest. */
function momentOf(was: UpdateView | undefined, update: UpdateView): MomentName | null {
  const { stage, steps } = update;
  if (isOver(update)) return was === undefined ? null : 'ended';
  if (was === undefined) return steps.length <= 1 ? 'issued' : null;
  if (was.stage === stage) return null;
  return stage === 'acknowledged' || stage === 'installing' ? stage : null;
}

function isOver({ stage }: UpdateView): boolean {
  return wordOfStage(stage) !== 'unfinished';
}
