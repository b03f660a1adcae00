import { randomUUID } from 'node:crypto';
import { type ReplayView, type RewriteRule } from '#core/contract';
import {
  type CapturedMessage,
  replay,
  type Replay,
  type ReplayProgress,
  type ReplayReport,
} from '#core/capture';
import { type Link, type MessageProperties } from '#core/link';
import { type Place, type RecordedMessage, type Where } from '#core/recorder';
import { type Context } from '../context.ts';
import { BenchError, refusalOf } from '../errors.ts';
import { createFeed, type Feed } from '../feed.ts';
import { type Capture } from './capture.ts';
import { type Connection } from './connection.ts';
import { type Connections } from './connections.ts';
import { capturedOf, recorded } from './messages.ts';
import { type Selection } from './selection.ts';
import { asked } from './where.ts';

/** Ended ones that are still shown. */
const ENDED_LIMIT = 20;

export type Replays = {
  feed: Feed<ReplayView>;
  /** @param signal ends the look at how many messages there are */
  start(wanted: WantedReplay, signal: AbortSignal): Promise<ReplayView>;
  pause(replayId: string): ReplayView;
  resume(replayId: string): ReplayView;
  stop(replayId: string): Promise<ReplayView>;
  end(): Promise<void>;
};

export type WantedReplay = Selection & {
  connection: string;
  /** Null: as fast as the broker takes it. */
  speed: number | null;
  from?: number | undefined;
  to?: number | undefined;
  rewrite: readonly RewriteRule[];
  places: 'one' | 'all';
  confirm?: string | undefined;
};

type Running = { replay: Replay; over: AbortController; done: Promise<void> };

export function createReplays(
  context: Context,
  capture: Capture,
  connections: Connections,
): Replays {
  const { clock, log } = context;
  const feed = createFeed<ReplayView>({ clock, key: ({ replayId }) => replayId });
  const running = new Map<string, Running>();
  const ended: string[] = [];
  /** Connections over which a replay begins or runs. */
  const busy = new Set<string>();

  const shown = (replayId: string): ReplayView => {
    const view = feed.get(replayId);
    if (view) return view;
    throw new BenchError('REPLAY_UNKNOWN', 'there is no such replay', { next: 'start it again' });
  };
  const retire = (replayId: string): void => {
    running.delete(replayId);
    ended.push(replayId);
    for (const old of ended.splice(0, Math.max(0, ended.length - ENDED_LIMIT))) feed.remove(old);
  };

  const begin = async (
    connection: Connection,
    { connection: id, where, judged, speed, from, to, rewrite, places }: WantedReplay,
    /** The connection may be replayed onto again. */
    free: () => void,
    leaving: AbortSignal,
  ): Promise<ReplayView> => {
    const recorder = capture.recorder();
    const link = await connection.up();
    // Asked of the reader: what a person already sees on a page may not have been told here yet.
    const { last: through } = await recorder.bounds();
    const over = new AbortController();
    const { signal } = over;
    const counted = { where, judged, through, signal: leaving };
    const heard = judged
      ? await placesOf(recorded(recorder, counted))
      : await asked(() => recorder.places(sendable(where), { through, signal: leaving }), leaving);
    if (places === 'one' && heard.length > 1) throw ambiguous(heard);
    const total = heard.reduce((sum, { count }) => sum + count, 0);
    const walk = { where, judged, through, signal };
    const replayId = randomUUID();
    let stripped = 0;
    const update = (more: Partial<ReplayView>): void => {
      const known = feed.get(replayId);
      if (known) feed.set({ ...known, ...more, stripped });
    };
    feed.set({
      ...{ replayId, connection: id, connectionName: connection.kept().name, speed, total },
      ...{ startedAt: clock.now(), state: 'running', sent: 0, skipped: 0, refused: 0 },
      ...{ stripped: 0, position: null, drift: { meanMs: 0, maxMs: 0, behind: 0 } },
      ...{ outcome: null, refusals: [] },
    });
    const messages = async function* (): AsyncGenerator<CapturedMessage, void, undefined> {
      for await (const each of recorded(recorder, walk)) {
        yield capturedOf(each);
      }
    };
    const target = targetOf(context, connection, link, () => (stripped += 1));
    let started: Replay;
    try {
      started = replay({
        ...{ messages: messages(), link: target, clock, signal, rewrite },
        speed: speed ?? Infinity,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        onProgress: (progress) => {
          update(progressOf(progress));
        },
      });
    } catch (error) {
      feed.remove(replayId);
      throw error;
    }
    const done = started.done.then(
      (report) => {
        update(reportOf(report));
      },
      (error: unknown) => {
        const { code, reason, next } = refusalOf(error);
        log('warn', 'a replay ended', { code, reason });
        update({
          state: 'ended',
          outcome: signal.aborted
            ? { kind: 'stopped' }
            : { kind: 'failed', refusal: { code, reason, next } },
        });
      },
    );
    running.set(replayId, { replay: started, over, done });
    void done.then(() => {
      free();
      retire(replayId);
    });
    return shown(replayId);
  };

  return {
    feed,
    async start(wanted, signal) {
      const { connection: id, confirm } = wanted;
      const connection = connections.toSend(id, confirm);
      if (busy.has(id)) {
        throw new BenchError('CONNECTION_BUSY', `a replay onto ${connection.kept().name} runs`, {
          next: 'stop it, or wait until it ends',
        });
      }
      busy.add(id);
      try {
        return await begin(connection, wanted, () => busy.delete(id), signal);
      } catch (error) {
        busy.delete(id);
        throw error;
      }
    },
    pause(replayId) {
      shown(replayId);
      running.get(replayId)?.replay.pause();
      return shown(replayId);
    },
    resume(replayId) {
      shown(replayId);
      running.get(replayId)?.replay.resume();
      return shown(replayId);
    },
    async stop(replayId) {
      shown(replayId);
      const one = running.get(replayId);
      one?.replay.stop();
      await one?.done;
      return shown(replayId);
    },
    async end() {
      const all = [...running.values()];
      for (const { over } of all) over.abort();
      feed.close();
      await Promise.all(all.map(({ done }) => done));
    },
  };
}

/** Only what was published can be sent; who came and went is no message. */
function sendable(where: Where): Where {
  return { ...where, kinds: where.kinds?.filter((kind) => kind === 'publish') ?? ['publish'] };
}

async function placesOf(messages: AsyncIterable<RecordedMessage>): Promise<Place[]> {
  const places = new Map<string, Place>();
  for await (const { kind, source, direction } of messages) {
    if (kind !== 'publish') continue;
    const key = `${direction ?? ''} ${source}`;
    const { count = 0 } = places.get(key) ?? {};
    places.set(key, { source, direction, count: count + 1 });
  }
  return [...places.values()].sort((a, b) => b.count - a.count);
}

/** What was sent and heard, or heard by several, would be sent several times. */
function ambiguous(heard: readonly Place[]): BenchError {
  const named = heard
    .slice(0, 5)
    .map(({ source, direction, count }) => `${source || 'broker'} ${direction ?? 'tap'} (${count})`)
    .join(', ');
  return new BenchError(
    'REPLAY_AMBIGUOUS',
    `these messages were captured at ${heard.length} places, each may be there several times: ${named}`,
    { next: 'filter by one source and direction, or say that all are to be sent' },
  );
}

/** MQTT 3.1.1 carries no properties: what has some is sent without, and counted. */
function targetOf(
  { clock, traffic }: Context,
  connection: Connection,
  link: Link,
  onStripped: () => void,
): Parameters<typeof replay>[0]['link'] {
  const { protocol, name, clientId } = connection.kept();
  /** Written down in the order in which they were sent, not in that of their acknowledgments. */
  let sent: Promise<void> = Promise.resolve();
  return {
    async publish(topic, payload, { qos, retain, properties }, signal) {
      const sendable = properties ? sendableOf(properties) : {};
      const some = Object.keys(sendable).length > 0;
      const carried = protocol === 5 && some ? sendable : undefined;
      if (protocol === 4 && some) onStripped();
      const more = carried ? { properties: carried } : {};
      const at = clock.now();
      const publishing = link.publish(topic, payload, { qos, retain, ...more }, signal);
      if (!connection.isTapped()) {
        const tell = (): void => {
          traffic.add({
            ...{ kind: 'publish', at, source: name, direction: 'out', clientId },
            ...{ topic, payload, qos, retain, dup: false, ...more },
          });
        };
        sent = sent.then(() => publishing).then(tell, () => undefined);
      }
      await publishing;
    },
  };
}

/** Which subscription it came by is the receiver's, not the sender's, to say. */
function sendableOf(properties: MessageProperties): MessageProperties {
  const own = Object.entries(properties).filter(([name]) => name !== 'subscriptionIds');
  return Object.fromEntries(own);
}

function progressOf(progress: ReplayProgress): Partial<ReplayView> {
  const { state, sent, skipped, refused, position, drift } = progress;
  return { state, sent, skipped, refused, position, drift: { ...drift } };
}

function reportOf(report: ReplayReport): Partial<ReplayView> {
  const { outcome, refusals } = report;
  return {
    ...progressOf(report),
    refusals: refusals.map((each) => ({ ...each })),
    outcome:
      outcome.kind === 'failed'
        ? {
            kind: 'failed',
            refusal: { code: outcome.code, reason: outcome.reason, next: outcome.next },
          }
        : { kind: outcome.kind },
  };
}
