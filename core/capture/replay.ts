import { setImmediate as turn } from 'node:timers/promises';
import { isCodedError } from '#core/ports';
import { assertTopicFilter, topicMatches } from '#core/protocol';
import { CaptureError } from './errors.ts';
import { createPace } from './pace.ts';
import type {
  RefusedMessage,
  Replay,
  ReplayOptions,
  ReplayProgress,
  ReplayReport,
} from './replay-types.ts';
import { compileRewrite } from './rewrite.ts';
import { createStamper } from './stamp.ts';
import type { CapturedMessage } from './types.ts';
import { createWindow } from './window.ts';

/** A person sees no more than this. */
const PROGRESS_MS = 100;
const IN_FLIGHT = 64;
/** The rest is counted. */
const REFUSALS_LIMIT = 100;
/** Messages looked at in one turn of the event loop, so that a long capture stops nothing else. */
const TURN_MESSAGES = 500;

/**
 * Publishes a capture again, in its order and at its pace. The order is kept also where that makes
 * it late; `drift` says by how much. What was retained or of QoS 2 is so again; `dup` belongs to
 * one delivery and is not taken over.
 *
 * @throws CaptureError SPEED_INVALID, REWRITE_INVALID; ProtocolError FILTER_SYNTAX
 */
export function replay(options: ReplayOptions): Replay {
  const { messages, link, clock, speed, filter, accept, from = -Infinity, to = Infinity } = options;
  assertSpeed(speed);
  if (filter !== undefined) assertTopicFilter(filter);
  const rewrite = compileRewrite(options.rewrite ?? []);
  const stamp = createStamper();
  const pace = createPace(clock, speed);
  const stopping = new AbortController();
  const window = createWindow(options.inFlight ?? IN_FLIGHT, (error) => {
    stopping.abort(error);
  });
  const refusals: RefusedMessage[] = [];
  let state: ReplayProgress['state'] = 'running';
  let sent = 0;
  let skipped = 0;
  let refused = 0;
  let position: number | null = null;
  let toldAt = -Infinity;

  const progress = (): ReplayProgress => ({
    state,
    sent,
    skipped,
    refused,
    position,
    drift: pace.drift(),
  });
  const tell = (always: boolean): void => {
    const now = clock.monotonic();
    if (!always && now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    options.onProgress?.(progress());
  };

  const wanted = (message: CapturedMessage): boolean =>
    message.kind === 'publish' &&
    message.at >= from &&
    message.at < to &&
    (filter === undefined || topicMatches(filter, message.topic)) &&
    (accept?.(message) ?? true);

  const refuse = (index: number, topic: string, { code, reason }: CaptureError): void => {
    refused += 1;
    if (refusals.length < REFUSALS_LIMIT) refusals.push({ index, topic, code, reason });
  };

  const send = async (message: CapturedMessage, topic: string): Promise<void> => {
    await pace.due(stamp(message), stopping.signal);
    await window.room(message.qos, stopping.signal);
    // While it waited for room somebody may have pressed pause.
    if (pace.paused) await pace.due(stamp(message), stopping.signal);
    pace.sent();
    const { payload, qos, retain, properties } = message;
    const more = properties === undefined ? {} : { properties };
    window.add(qos, link.publish(topic, payload, { qos, retain, ...more }));
    sent += 1;
    position = message.at;
    tell(false);
  };

  const run = async (): Promise<void> => {
    let index = 0;
    for await (const message of messages) {
      stopping.signal.throwIfAborted();
      index += 1;
      if (index % TURN_MESSAGES === 0) await turn();
      if (!wanted(message)) {
        skipped += 1;
        continue;
      }
      let topic: string;
      try {
        topic = rewrite(message.topic);
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        refuse(index, message.topic, error);
        continue;
      }
      await send(message, topic);
    }
  };

  const end = async (): Promise<ReplayReport> => {
    let outcome: ReplayReport['outcome'] = { kind: 'finished' };
    try {
      await run();
    } catch (error) {
      if (error !== stopping.signal.reason) throw error;
      outcome = { kind: 'stopped' };
    } finally {
      await window.empty();
      options.signal?.removeEventListener('abort', stop);
      state = 'ended';
    }
    if (window.failure !== null) outcome = failed(window.failure);
    tell(true);
    return { ...progress(), outcome, refusals };
  };

  const stop = (): void => {
    stopping.abort(
      new CaptureError('REPLAY_STOPPED', 'the replay was stopped', { next: 'Start it again.' }),
    );
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted === true) stop();

  return {
    done: end(),
    pause() {
      if (state !== 'running') return;
      state = 'paused';
      pace.pause();
      tell(true);
    },
    resume() {
      if (state !== 'paused') return;
      state = 'running';
      pace.resume();
      tell(true);
    },
    stop,
  };
}

function failed(error: Error): ReplayReport['outcome'] {
  if (isCodedError(error)) {
    return { kind: 'failed', code: error.code, reason: error.reason, next: error.next };
  }
  const next = 'Look at the connection and try again.';
  return { kind: 'failed', code: 'FAILED', reason: error.message, next };
}

function assertSpeed(speed: number): void {
  if (speed > 0) return;
  throw new CaptureError('SPEED_INVALID', `${String(speed)} is no speed`, {
    next: 'Give a number above 0: 1 is the original pace.',
  });
}
