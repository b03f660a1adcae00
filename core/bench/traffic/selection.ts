import { type Judgement, type TrafficSelection } from '#core/contract';
import { type Topics } from '#core/protocol';
import { type RecordedMessage, type Where } from '#core/recorder';
import { type KeyRing } from '#core/signing';
import { judge } from './verdict.ts';
import { whereOf } from './where.ts';

export type Signing = { topics: Topics; ring: KeyRing };

/** What the recorder finds by itself, and what is then asked of each message that it found. */
export type Selection = {
  readonly where: Where;
  /** Null where no signature is asked about. */
  readonly judged: ((message: RecordedMessage) => Promise<boolean>) | null;
};

/** [P2] Our messages are never larger, so what is has no signature. */
const MESSAGE_BYTES = 65_536;

/** @throws ProtocolError, RecorderError what is wrong with it, before anything begins */
export function selectionOf(given: TrafficSelection = {}, signing: Signing): Selection {
  const { verdicts, ...rest } = given;
  const where = whereOf(rest);
  if (!verdicts) return { where, judged: null };
  return { where: narrowed(where, signing.topics), judged: judgedAs(verdicts, signing) };
}

/** Nobody else's messages have a verdict: most of a busy capture need not be read. */
function narrowed(where: Where, { root }: Topics): Where {
  const { topicFilter = '#', kinds, minSize = 0, maxSize = Infinity } = where;
  return {
    ...where,
    topicFilter: topicFilter === '#' ? `${root}/#` : topicFilter,
    kinds: kinds ?? ['publish'],
    minSize: Math.max(minSize, 1),
    maxSize: Math.min(maxSize, MESSAGE_BYTES),
  };
}

function judgedAs(
  verdicts: readonly Judgement[],
  signing: Signing,
): (message: RecordedMessage) => Promise<boolean> {
  return async ({ kind, topic, payload }) => {
    if (kind !== 'publish') return false;
    const { signature } = await judge(topic, payload, signing);
    return verdicts.some((wanted) => wanted === signature.kind);
  };
}
