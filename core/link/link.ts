import { systemRandom } from '#core/ports';
import { openConnection, type Connection } from './connection.ts';
import { LinkError } from './errors.ts';
import { createInbox } from './inbox.ts';
import { clientOptions } from './options.ts';
import { checkLimits, checkProperties } from './properties.ts';
import { checkTopic, publishOn } from './publish.ts';
import {
  backlog,
  connectionError,
  dropped,
  linkClosed,
  notConnected,
  sessionGone,
} from './refusals.ts';
import { doubling, withJitter } from './retry.ts';
import { createSession, forgetSession } from './session.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { Incoming, Link, LinkOptions, LinkState } from './types.ts';
import { untilUp } from './when-up.ts';

const RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;
const PUBLISH_TIMEOUT_MS = 10_000;
/** A connection that lasted this long was a good one: the next delay is the first again. */
const STABLE_MS = 5_000;
/** The handler at work, then the broker, get this long each while the link closes. */
const CLOSE_GRACE_MS = 2_000;

/**
 * Connects to a broker and keeps connecting. Returns at once; see `state` and `whenUp`.
 *
 * @throws LinkError URL_INVALID
 */
export function openLink(options: LinkOptions): Link {
  clientOptions(options); // An address that cannot be right is refused here, not in the loop.
  const { clock, log } = options;
  const random = options.random ?? systemRandom;
  const timeoutMs = options.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS;
  const session = createSession();
  const inbox = createInbox(log);
  const subscriptions = createSubscriptions(clock, timeoutMs, log);
  const listeners = new Set<(state: LinkState) => void>();
  const closing = new AbortController();
  let state: LinkState = { kind: 'idle' };
  /** The socket there is, connected or on its way. */
  let attempt: Connection | null = null;
  /** Set from CONNACK to the end of the socket. */
  let connection: Connection | null = null;
  let closed: Promise<void> | null = null;
  /** Ends the pause before the next try; kept when asked for while a try is under way. */
  let hurry = new AbortController();

  const become = (next: LinkState): void => {
    state = next;
    for (const listener of [...listeners]) {
      try {
        listener(next);
      } catch (error) {
        log('error', 'a listener of the link state failed', { error });
      }
    }
  };

  const tapped = (tap: NonNullable<LinkOptions['tap']>, message: Incoming): void => {
    try {
      tap(message);
    } catch (error) {
      log('error', `a message on ${message.topic} could not be taken down`, { error });
    }
  };

  /** Runs one connection to its end and says why it ended. */
  const connectOnce = async (): Promise<LinkError> => {
    let full = false;
    let dropped = 0;
    const current = openConnection(options, session, (message, qos, acknowledge) => {
      if (options.tap) {
        if (message) tapped(options.tap, message);
        // Packets can follow CONNACK in one segment.
        if (qos > 0) void current.opened.then(acknowledge, ignore);
        return true;
      }
      // After the first one left out, all are: the broker delivers them again, in order.
      if (!full && inbox.push({ message, acknowledge, ready: current.opened })) return true;
      if (qos > 0) full = true;
      else if (dropped++ % 1_000 === 0) log('warn', 'handlers are behind: QoS 0 messages dropped');
      return false;
    });
    inbox.onEmpty(() => {
      if (full) current.cut(backlog());
    });
    attempt = current;
    void current.opened.then(async ({ sessionPresent }) => {
      connection = current;
      if (!sessionPresent) forgetSession(session, sessionGone());
      await subscriptions.renew(current, sessionPresent);
      if (connection !== current || closed) return;
      const { limits } = current;
      become({ kind: 'up', since: clock.now(), ...(limits === null ? {} : { limits }) });
    }, ignore);
    const why = await current.ended;
    attempt = connection = null;
    return why;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!closed) {
      become({ kind: 'connecting' });
      const began = clock.monotonic();
      const { code, reason, next, answer } = await connectOnce().catch(asLinkError);
      if (closing.signal.aborted) return;
      failures = clock.monotonic() - began >= STABLE_MS ? 1 : failures + 1;
      const most = options.maxRetryMs ?? MAX_RETRY_MS;
      const delay = withJitter(doubling(failures, options.retryMs ?? RETRY_MS, most), most, random);
      log('info', `${options.clientId} is not connected: ${reason}`, { code, retryInMs: delay });
      const retryAt = clock.now() + delay;
      become({ kind: 'lost', code, reason, next, retryAt, ...(answer === null ? {} : { answer }) });
      await clock.sleep(delay, AbortSignal.any([closing.signal, hurry.signal])).catch(ignore);
      hurry = new AbortController();
    }
  };

  /** Resolves when `work` does, or after the grace. */
  const withGrace = async (work: Promise<unknown>, late: () => void): Promise<void> => {
    const done = new AbortController();
    void clock.sleep(CLOSE_GRACE_MS, done.signal).then(late, ignore);
    await work;
    done.abort();
  };

  const shut = async (): Promise<void> => {
    closing.abort(linkClosed());
    const late = Promise.withResolvers<undefined>();
    await withGrace(Promise.race([inbox.stop(), late.promise]), () => {
      late.resolve(undefined);
    });
    const last = connection;
    if (last) {
      await withGrace(last.disconnect(), () => {
        last.cut(linkClosed());
      });
    } else {
      attempt?.cut(linkClosed());
    }
    await running;
    forgetSession(session, linkClosed());
    subscriptions.abandon(linkClosed());
    become({ kind: 'closed' });
    listeners.clear();
  };

  const link: Link = {
    clientId: options.clientId,
    get state() {
      return state;
    },
    onState(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    whenUp: (signal) => untilUp(link, signal),
    async publish(topic, payload, { qos, retain, properties, onAnswer }, signal) {
      signal?.throwIfAborted();
      checkTopic(topic);
      if (properties) checkProperties(properties, options.protocolVersion ?? 4);
      if (state.kind === 'closed') throw linkClosed();
      if (!connection) throw notConnected();
      const more = properties === undefined ? {} : { properties };
      const message = { topic, payload, qos, retain, ...more };
      if (connection.limits) checkLimits(message, connection.limits);
      await publishOn(connection, message, { clock, timeoutMs, signal, onAnswer });
    },
    async subscribe(filter, qos) {
      if (closed) throw linkClosed();
      await subscriptions.want(filter, qos, connection);
    },
    onMessage: (handler) => inbox.addHandler(handler),
    drop: () => attempt?.cut(dropped()),
    retry: () => {
      if (state.kind !== 'up') hurry.abort();
    },
    close: () => (closed ??= shut()),
  };
  const running = run();
  return link;
}

function asLinkError(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  return connectionError(error instanceof Error ? error : new Error(String(error)), false);
}

const ignore = (): void => undefined;
