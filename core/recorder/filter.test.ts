import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { topicMatches } from '#core/protocol';
import { fixedClock, tempDir } from '#core/testing';
import { openRecorder, type TrafficEvent, type Where } from './index.ts';

const text = (bytes: Uint8Array | undefined): string =>
  Buffer.from(bytes ?? new Uint8Array()).toString();

function besideOf({ detail, code, properties }: TrafficEvent): string[] {
  const { contentType, userProperties } = (properties ?? {}) as Properties;
  return [detail, code, contentType, ...(userProperties ?? []).flat()].filter(
    (each) => each !== undefined,
  );
}
type Properties = { contentType?: string; userProperties?: string[][] };

/** The same question, asked the slow and obvious way. */
function holds(where: Where, event: TrafficEvent): boolean {
  const { topic = '', payload } = event;
  const beside = besideOf(event);
  const size = payload?.byteLength ?? 0;
  const fold = (value: string): string => (where.matchCase ? value : value.toLowerCase());
  const tests: boolean[] = [
    where.topicFilter === undefined ||
      where.topicFilter === '#' ||
      (topic !== '' && topicMatches(where.topicFilter, topic)),
    where.text === undefined ||
      [topic, text(payload), ...beside].some((each) => fold(each).includes(fold(where.text!))),
    !where.regex ||
      [text(payload), ...beside].some((each) =>
        new RegExp(where.regex!.source, where.regex!.ignoreCase ? 'i' : '').test(each),
      ),
    where.client === undefined || event.clientId === where.client,
    where.source === undefined || (event.source ?? '') === where.source,
    where.direction === undefined || event.direction === where.direction,
    !where.qos || where.qos.includes(event.qos ?? 0),
    where.retained === undefined || (event.retain ?? false) === where.retained,
    !where.kinds || where.kinds.includes(event.kind),
    where.since === undefined || event.at >= where.since,
    where.until === undefined || event.at <= where.until,
    where.minSize === undefined || size >= where.minSize,
    where.maxSize === undefined || size <= where.maxSize,
  ];
  return tests.every(Boolean);
}

const optional = <T>(
  values: Record<string, fc.Arbitrary<T>>,
): fc.Arbitrary<Record<string, T | undefined>> => fc.record(values, { requiredKeys: [] });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const kind = fc.constantFrom('publish' as const, 'connect' as const, 'refused' as const);
const level = fc.constantFrom('a', 'b', 'Ä', '');
const client = fc.constantFrom('one', 'two');
const direction = fc.constantFrom('in' as const, 'out' as const);
/** Few letters, so that something is found; across the ends of messages, and in either case. */
const letters = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', 'ä', 'Ä', '"', '😀'),
  maxLength: 6,
});

const anEvent = fc
  .tuple(
    fc.record({ kind, at: fc.integer({ min: 0, max: 9 }), clientId: fc.option(client) }),
    optional<unknown>({
      topic: fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/')),
      payload: fc.oneof(letters.map((each) => new Uint8Array(Buffer.from(each)))),
      detail: letters,
      code: fc.constantFrom('AB', 'CODE'),
      properties: optional<unknown>({
        contentType: letters,
        userProperties: fc.array(fc.tuple(letters, letters), { maxLength: 2 }),
      }),
      source: client,
      direction,
      qos,
      retain: fc.boolean(),
    }),
  )
  .map(([must, may]) => ({ ...must, ...may }));

const conditions = fc.record({
  topicFilter: fc.constantFrom('#', 'a/#', '+/b', '+/+', 'a', 'Ä/+/b', '+'),
  text: letters.filter((each) => each !== ''),
  matchCase: fc.boolean(),
  regex: fc.record({ source: fc.constantFrom('^a+$', 'ab|Ä', '😀.'), ignoreCase: fc.boolean() }),
  client,
  source: client,
  direction,
  qos: fc.array(qos, { minLength: 1 }),
  retained: fc.boolean(),
  kinds: fc.array(kind, { minLength: 1 }),
  since: fc.integer({ min: 0, max: 9 }),
  until: fc.integer({ min: 0, max: 9 }),
  minSize: fc.integer({ min: 0, max: 6 }),
  maxSize: fc.integer({ min: 0, max: 6 }),
});
/** Few at a time, or nothing would ever hold them all. */
const aWhere = conditions.chain((every) =>
  fc
    .subarray(Object.keys(every), { maxLength: 3 })
    .map(
      (chosen) =>
        Object.fromEntries(
          Object.entries(every).filter(([name]) => chosen.includes(name)),
        ) as Where,
    ),
);

it('finds exactly what a look at every message finds', { timeout: 120_000 }, async () => {
  const dir = await tempDir();
  onTestFinished(dir.remove);
  const recorder = await openRecorder({ file: dir.join('traffic.db'), clock: fixedClock() });
  onTestFinished(() => recorder.close());
  const batch = fc.array(anEvent, { minLength: 1, maxLength: 60, size: 'max' });
  let matched = 0;
  await fc.assert(
    fc.asyncProperty(
      batch,
      fc.array(aWhere, { maxLength: 6 }),
      fc.nat(60),
      async (events, wheres, cut) => {
        await recorder.clear();
        for (const [n, event] of events.entries()) {
          recorder.add(event);
          if (n === cut) await recorder.flush();
        }
        await recorder.flush();
        const { first } = await recorder.bounds();
        for (const where of wheres) {
          const expected = events.flatMap((event, n) => (holds(where, event) ? [first + n] : []));
          const { ids } = await recorder.find({ where });
          expect([...ids], JSON.stringify(where)).toEqual(expected);
          expect(await recorder.count(where)).toBe(expected.length);
          matched += expected.length;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(matched).toBeGreaterThan(1_000);
});
