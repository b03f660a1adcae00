import { unreachable, type Clock } from '#core/ports';
import type { ProgressStatus } from '#core/protocol';
import type { Files } from './files.ts';
import type { Notifications } from './notifications.ts';
import { stagedPath } from './staging.ts';
import type { Effect } from './state.ts';
import { reasonOf, type Voice } from './voice.ts';

type Quick = Exclude<Effect, { type: 'work' | 'stopWork' }>;

/** Said once for each update, also over restarts; the others may be said again. */
const ONCE: ReadonlySet<ProgressStatus> = new Set([
  'failed',
  'rolling_back',
  'rolled_back',
  'completed',
  'cancelled',
]);

export type Mouth = {
  readonly vin: string;
  readonly dir: string;
  readonly files: Files;
  readonly voice: Voice;
  /** Null when no backend API is configured. */
  readonly notifications: Notifications | null;
  readonly clock: Clock;
  readonly inventory: () => Promise<void>;
  readonly report: () => Promise<void>;
  readonly onAnnounce: (effect: Extract<Effect, { type: 'announce' }>) => void;
};

/** Takes an effect that is over at once. Durable when it resolves; twice does no harm. */
export async function tell(mouth: Mouth, effect: Quick): Promise<void> {
  const { voice } = mouth;
  switch (effect.type) {
    case 'answer': {
      const { answer, updateId, ecuId, why } = effect;
      const reason = why === undefined ? {} : { reason: reasonOf(why) };
      await voice.say(
        'acknowledgment',
        { acknowledgment: answer, ...reason },
        { updateId, ecuId },
        `${updateId}/${answer}`,
      );
      return;
    }
    case 'announce': {
      const { progress, status, updateId, ecuId, version, why, paused } = effect;
      await voice.say(
        'progress',
        {
          progress,
          status,
          ...(version === null ? {} : { version }),
          ...(why === undefined ? {} : { reason: reasonOf(why) }),
          ...(paused === true ? { paused } : {}),
        },
        { updateId, ecuId },
        ONCE.has(status) ? `${updateId}/${status}` : undefined,
      );
      mouth.onAnnounce(effect);
      return;
    }
    case 'refuseCommand': {
      const { command, updateId, inReplyTo, why } = effect;
      await voice.say(
        'acknowledgment',
        {
          acknowledgment: 'Refused',
          command,
          reason: reasonOf(why),
          ...(inReplyTo === null ? {} : { inReplyTo }),
        },
        updateId === null ? {} : { updateId },
      );
      return;
    }
    case 'notify':
      notify(mouth, effect);
      return;
    case 'inventory':
      return mouth.inventory();
    case 'report':
      return mouth.report();
    case 'discard':
      return mouth.files.remove(stagedPath(mouth.dir, effect.sha256));
    default:
      return unreachable(effect);
  }
}

function notify(
  { vin, notifications, clock }: Mouth,
  { kind, updateId, ecuId, text }: Extract<Effect, { type: 'notify' }>,
): void {
  const about = { vehicle_id: vin, ecu_id: ecuId };
  if (kind === 'failure') {
    notifications?.enqueue({
      key: `${updateId}/failure`,
      path: '/notify_failure',
      body: {
        ...about,
        failure_reason: text.slice(0, 2_000),
        timestamp: new Date(clock.now()).toISOString(),
        updateId,
      },
    });
  } else {
    notifications?.enqueue({
      key: `${updateId}/rollback`,
      path: '/rollback_notification',
      body: { ...about, status: text.slice(0, 2_000), updateId },
    });
  }
}
