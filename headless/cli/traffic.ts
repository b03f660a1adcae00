import { type BenchClient } from '#core/bench';
import { type Judgement, type Qos, type TrafficRow, type TrafficSelection } from '#core/contract';
import { systemClock } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { openVia, type ViaOptions } from './connect.ts';
import { type CommonOptions } from './options.ts';
import { type Output } from './output.ts';
import { startRoles } from './demo.ts';
import { line } from './plain.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';

/** Which messages; commander fills it in. */
export type WhereOptions = {
  filter?: string;
  text?: string;
  matchCase?: boolean;
  regex?: string;
  ignoreCase?: boolean;
  client?: string;
  source?: string;
  direction?: 'in' | 'out';
  qos?: Qos[];
  retained?: boolean;
  kind?: TrafficRow['kind'][];
  verdict?: Judgement[];
  since?: number;
  until?: number;
  minSize?: number;
  maxSize?: number;
};
export type RecordOptions = ViaOptions & {
  filter?: string[];
  for?: number;
  port?: number;
  tlsPort?: number;
};
export type QueryOptions = CommonOptions & WhereOptions & { limit: number; count?: boolean };

const SECOND_MS = 1_000;
/** One answer of the contract. */
const PAGE = 2_000;

export function whereFrom(options: WhereOptions): TrafficSelection {
  const { filter, text, regex, kind, matchCase, ignoreCase, verdict } = options;
  const { client, source, direction, qos, retained, since, until, minSize, maxSize } = options;
  const expression =
    regex === undefined
      ? undefined
      : { source: regex, ...(ignoreCase === true ? { ignoreCase } : {}) };
  const given = {
    ...{ topicFilter: filter, text, matchCase, regex: expression, client, source, direction },
    ...{ qos, retained, kinds: kind, verdicts: verdict, since, until, minSize, maxSize },
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Records an outside broker, or what passes the embedded one, until it is stopped or `--for` is over. */
export function runRecord(around: Surroundings, options: RecordOptions): Promise<ExitCode> {
  const { port, tlsPort, filter: filters = ['#'] } = options;
  const choice = { ...options, ports: { port, tlsPort } };
  // A recording that is stopped still has to say what came of it: the bench must not close before.
  const staying = new AbortController();
  return runCommand(around, options, (session) =>
    withBench(around, choice, { ...session, signal: staying.signal }, async (bench) => {
      const { output, signal } = session;
      const { client } = bench;
      const before = await countsOf(client);
      const subscriptions = filters.map((filter) => ({ filter, qos: 2 as const }));
      const from = options.connection ?? options.broker;
      const connection =
        from === undefined ? null : await openVia(bench, options, subscriptions, session);
      try {
        if (connection === null) await startRoles(bench, ['broker'], output);
        output.say(
          { event: 'recording', from: from ?? 'embedded', filters },
          `Recording ${from ?? 'the embedded broker'}`,
        );
        await waitFor(options.for, signal);
      } finally {
        if (connection !== null && options.connection === undefined) {
          await client.connections.close({ id: connection.id });
        }
        const counts = await countsOf(client);
        const captured = counts.captured + counts.waiting - before.captured;
        const dropped = counts.dropped.total - before.dropped.total;
        output.say(
          { event: 'recorded', messages: captured, dropped },
          `${captured} recorded, ${dropped} dropped`,
        );
        await connection?.close();
      }
      return EXIT.ok;
    }),
  );
}

/** Ends with the time; a signal ends it as an interruption. */
async function waitFor(seconds: number | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (seconds !== undefined) return systemClock.sleep(seconds * SECOND_MS, signal);
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function countsOf(
  client: BenchClient,
): Promise<{ captured: number; held: number; waiting: number; dropped: { total: number } }> {
  const stream = await client.traffic.watch({ limit: 0 });
  const { value, done } = await stream.next();
  await stream.return();
  if (done === true) throw new HeadlessError('INTERRUPTED', 'stopped', { next: 'start it again' });
  if (value.state.kind === 'stopped') {
    const { code, reason, next } = value.state.refusal;
    throw new HeadlessError('RECORDING_STOPPED', `${code}: ${reason}`, { next });
  }
  return value.counts;
}

/** The newest that match, oldest first; `--count` only how many there are. */
export function runQuery(around: Surroundings, options: QueryOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async ({ client }) => {
      const { output, signal } = session;
      const where = whereFrom(options);
      if (options.count === true) {
        for await (const event of await client.traffic.find({ where }, { signal })) {
          if (event.kind === 'progress') output.progress(`  ${event.scanned} of ${event.total}`);
          if (event.kind !== 'end') continue;
          const { found, complete } = event;
          const least = complete ? '' : 'at least ';
          output.say({ event: 'counted', found, complete }, `${least}${found} messages`);
        }
        return EXIT.ok;
      }
      const rows: TrafficRow[] = [];
      for (let from: number | null | undefined; rows.length < options.limit && from !== null;) {
        const limit = Math.min(PAGE, options.limit - rows.length);
        const page = await client.traffic.page(
          { order: 'newest', limit, where, ...(from === undefined ? {} : { from }) },
          { signal },
        );
        rows.push(...page.rows);
        from = page.next;
      }
      for (const row of rows.reverse()) tellRow(row, output);
      output.say({ event: 'end', messages: rows.length }, null);
      return EXIT.ok;
    }),
  );
}

/** Of earlier runs as well; what is bookmarked can still be looked at. */
export function runClear(around: Surroundings, options: CommonOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async ({ client }) => {
      const { held } = await countsOf(client);
      await client.traffic.clear();
      session.output.say({ event: 'cleared', messages: held }, `${held} messages removed`);
      return EXIT.ok;
    }),
  );
}

function tellRow(row: TrafficRow, output: Output): void {
  const { id, at, source, clientId, topic, qos, retain, kind, preview, cut } = row;
  const what = kind === 'publish' ? `QoS ${qos}${retain ? ' retained' : ''}` : kind;
  output.say(
    { event: 'message', ...row, at: new Date(at).toISOString() },
    `#${id} ${new Date(at).toISOString()} ${line(source)} ${line(clientId ?? '')} ${line(topic)} (${what})\n  ${line(preview)}${cut ? '…' : ''}`,
  );
}
