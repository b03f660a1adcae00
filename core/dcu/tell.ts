import { unreachable, type Clock } from '#core/ports';
import type { ProgressStatus } from '#core/protocol';
import type { EcuBanks } from './banks.ts';
import { measure } from './evidence.ts';
import type { Chores } from './chores.ts';
import type { DcuEvent } from './events.ts';
import type { Files } from './files.ts';
import type { Notifications } from './notifications.ts';
import { stagedPath } from './staging.ts';
import { turnedAwayKey } from './say.ts';
import type { Effect, TurnAway } from './state.ts';
import { findingOfTurnedAway, verdictOf } from './verdict.ts';
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
  readonly ecus: ReadonlyMap<string, EcuBanks>;
  readonly voice: Voice;
  /** Null when no backend API is configured. */
  readonly notifications: Notifications | null;
  readonly clock: Clock;
  readonly chores: Pick<Chores, 'add'>;
  /** Resolves once the event is in the journal. */
  readonly dispatch: (event: DcuEvent) => Promise<void>;
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
        about(updateId, ecuId),
        `${updateId}/${answer}`,
      );
      return;
    }
    case 'announce':
      await announce(mouth, effect);
      mouth.onAnnounce(effect);
      return;
    case 'turnAway':
      // Hashing takes its time, and whoever pauses or cancels must not wait for it.
      mouth.chores.add((signal) => turnAway(mouth, effect, signal));
      return;
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
        inReplyTo === null ? undefined : `${command}/${inReplyTo}`,
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

async function announce(
  { vin, voice, clock }: Mouth,
  effect: Extract<Effect, { type: 'announce' }>,
): Promise<void> {
  const { progress, status, updateId, ecuId, version, bundleId, why, paused, waiting } = effect;
  const { finding } = effect;
  const verdict =
    finding === undefined ? null : verdictOf(vin, { updateId, ecuId }, finding, clock.now());
  // Of several ECUs each ends by itself, and an update may be taken back by command afterwards.
  const member = bundleId === undefined ? '' : `/${ecuId}`;
  const commanded = version === null ? saidOf(bundleId, ecuId) : '';
  await voice.say(
    'progress',
    {
      progress,
      status,
      ...(version === null ? {} : { version }),
      ...(bundleId === undefined ? {} : { bundleId }),
      ...(why === undefined ? {} : { reason: reasonOf(why) }),
      ...(paused === true ? { paused } : {}),
      ...(waiting === undefined ? {} : { waiting }),
      ...(verdict === null ? {} : { verdict }),
    },
    about(updateId, ecuId),
    ONCE.has(status) ? `${updateId}/${status}${member}${commanded}` : undefined,
  );
}

/** Of a group's own way back, or of one ECU's by command; a colon is in no ECU's name. */
function saidOf(bundleId: string | undefined, ecuId: string): string {
  return bundleId === undefined ? `/command:${ecuId}` : '/command';
}

async function turnAway(mouth: Mouth, effect: TurnAway, signal: AbortSignal): Promise<void> {
  const key = turnedAwayKey(effect.rollback, effect.at);
  if (!mouth.voice.said(effect.as, key)) await answerTurnedAway(mouth, effect, key, signal);
  signal.throwIfAborted();
  await mouth.dispatch({ type: 'turnedAway', key });
}

async function answerTurnedAway(
  { vin, voice, ecus, clock }: Mouth,
  { rollback, why, at, as }: TurnAway,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const { updateId, ecuId, inReplyTo = null } = rollback;
  const ecu = ecus.get(ecuId);
  const measured = ecu === undefined ? null : await measure(ecu, signal);
  const finding = findingOfTurnedAway(rollback, why, at, measured);
  const verdict = verdictOf(vin, { updateId, ecuId }, finding, clock.now());
  const reason = reasonOf(why);
  const body =
    as === 'progress'
      ? { progress: 0, status: 'failed', reason, verdict }
      : {
          ...{ acknowledgment: 'Refused', command: 'rollback', reason, verdict },
          ...(inReplyTo === null ? {} : { inReplyTo }),
        };
  await voice.say(as, body, about(updateId, ecuId), key);
}

function about(updateId: string, ecuId: string): { updateId: string; ecuId?: string } {
  return ecuId === '' ? { updateId } : { updateId, ecuId };
}

function notify(
  { vin, notifications, clock }: Mouth,
  { kind, updateId, ecuId, key, text }: Extract<Effect, { type: 'notify' }>,
): void {
  // The API wants an ECU; a group as a whole has none.
  const about = { vehicle_id: vin, ecu_id: ecuId === '' ? 'all' : ecuId };
  if (kind === 'failure') {
    notifications?.enqueue({
      key,
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
      key,
      path: '/rollback_notification',
      body: { ...about, status: text.slice(0, 2_000), updateId },
    });
  }
}
