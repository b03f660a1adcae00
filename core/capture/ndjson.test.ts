import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCaptured, gathered, streamOf } from '#core/testing';
import {
  exportNdjson,
  importNdjson,
  type CapturedMessage,
  type CaptureImport,
  type ImportReport,
} from './index.ts';

async function written(messages: readonly CapturedMessage[]): Promise<Buffer> {
  return Buffer.concat(await gathered(exportNdjson(streamOf(messages), { createdAt: 0 })));
}

async function read(
  bytes: Uint8Array | string,
  options: { pieces?: number; lineLimitBytes?: number } = {},
): Promise<{ messages: CapturedMessage[]; report: ImportReport }> {
  const all = Buffer.from(bytes);
  const { pieces = all.length, lineLimitBytes } = options;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += pieces) chunks.push(all.subarray(at, at + pieces));
  const given: CaptureImport = importNdjson(
    streamOf(chunks),
    lineLimitBytes === undefined ? {} : { lineLimitBytes },
  );
  return { messages: await gathered(given.messages), report: given.report() };
}

const HEADER = '{"format":"ota-bench-traffic","version":1,"createdAt":"1970-01-01T00:00:00.000Z"}';
const line = (more: object = {}): string =>
  JSON.stringify({
    ...{ at: 1, mono: 2, source: 'broker', direction: 'tap', clientId: null, kind: 'publish' },
    ...{ topic: 'a', payload: 'e30=', qos: 0, retain: false, dup: false },
    ...more,
  });

const anyProperties = fc.record(
  {
    payloadFormat: fc.constantFrom('bytes' as const, 'text' as const),
    expirySeconds: fc.nat(),
    contentType: fc.string({ unit: 'grapheme' }),
    responseTopic: fc.string({ unit: 'grapheme' }),
    correlationData: fc.uint8Array(),
    subscriptionIds: fc.array(fc.integer({ min: 1, max: 268_435_455 })),
    user: fc.array(
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '__proto__', 'x')),
    ),
  },
  { requiredKeys: [] },
);

const anyMessage: fc.Arbitrary<CapturedMessage> = fc.record(
  {
    at: fc.integer({ min: 0, max: 8.64e15 }),
    mono: fc.maxSafeNat(),
    source: fc.string({ minLength: 1, maxLength: 20 }),
    direction: fc.constantFrom('in', 'out', 'tap'),
    clientId: fc.option(fc.string({ unit: 'grapheme' })),
    kind: fc.constantFrom('publish', 'connect', 'disconnect', 'subscribe', 'refused'),
    topic: fc.string({ unit: 'grapheme' }),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    ),
    qos: fc.constantFrom(0, 1, 2),
    retain: fc.boolean(),
    dup: fc.boolean(),
    properties: anyProperties,
    detail: fc.string({ unit: 'grapheme' }),
    code: fc.string(),
    aclLine: fc.nat(),
  },
  {
    requiredKeys: [
      ...(['at', 'mono', 'source', 'direction', 'clientId', 'kind', 'topic', 'payload'] as const),
      ...(['qos', 'retain', 'dup'] as const),
    ],
  },
);

describe('NDJSON', () => {
  it('begins with a header, and writes text beside base64 where there is some', async () => {
    const bytes = await written([
      aCaptured({ payload: 'grüß\n' }),
      aCaptured({ payload: new Uint8Array([0xff]) }),
    ]);
    const lines = bytes.toString().trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(HEADER);
    expect(JSON.parse(lines[1]!)).toMatchObject({ payload: 'Z3LDvMOfCg==', text: 'grüß\n' });
    expect(JSON.parse(lines[2]!)).toMatchObject({ payload: '/w==' });
    expect(JSON.parse(lines[2]!)).not.toHaveProperty('text');
  });

  it('brings back every message exactly, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyMessage, { maxLength: 6 }),
        fc.integer({ min: 1, max: 200 }),
        async (messages, pieces) => {
          const back = await read(await written(messages), { pieces });
          expect(back.messages).toEqual(messages);
          expect(back.report).toEqual({ imported: messages.length, bad: 0, faults: [] });
        },
      ),
    );
  });

  it.each([20_000, 262_144, 2_097_152])('keeps a payload of %i bytes exact', async (size) => {
    const payload = Uint8Array.from({ length: size }, (_, i) => (i * 31) & 0xff);
    const { messages } = await read(await written([aCaptured({ payload })]), { pieces: 65_536 });
    expect(Buffer.from(payload).equals(messages[0]!.payload)).toBe(true);
  });

  it('of a file cut at any byte imports the whole lines, and names the cut one', async () => {
    const messages = [1, 2, 3].map((mono) => aCaptured({ mono, payload: `{"n":"ä${mono}"}` }));
    const bytes = await written(messages);
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 0x0a);
    for (let size = ends[0]! + 1; size < bytes.length; size += 1) {
      const { messages: got, report } = await read(bytes.subarray(0, size));
      // The last line is whole as soon as only its LF is missing.
      const whole = ends.filter((end) => end <= size).length - 1;
      expect(got).toEqual(messages.slice(0, whole));
      if (bytes[size - 1] === 0x0a || ends.includes(size)) expect(report.bad).toBe(0);
      else expect(report.faults).toMatchObject([{ line: whole + 2 }]);
    }
  });

  it('names the column where JSON ends, or the member that is wrong', async () => {
    const lines = [
      HEADER,
      line({ topic: 'first' }),
      '{"at": 1, oops}',
      line({ qos: 3 }),
      line({ payload: 'e30' }),
      line({ properties: { user: [['a', 1]] } }),
      '',
      '"text"',
      line({ topic: 'last', id: 7, __proto__: null }),
    ];
    const { messages, report } = await read(lines.join('\n'));
    expect(messages.map(({ topic }) => topic)).toEqual(['first', 'last']);
    expect(messages[1]).not.toHaveProperty('id');
    const column = (text: string, part: string): number => text.indexOf(part) + 1;
    expect(report).toEqual({
      imported: 2,
      bad: 5,
      faults: [
        {
          line: 3,
          column: 11,
          code: 'LINE_MALFORMED',
          reason: expect.stringContaining('member name') as string,
        },
        {
          line: 4,
          column: column(lines[3]!, '3,"retain'),
          code: 'LINE_INVALID',
          reason: expect.stringContaining('qos') as string,
        },
        {
          line: 5,
          column: column(lines[4]!, '"e30"'),
          code: 'LINE_INVALID',
          reason: expect.stringContaining('base64') as string,
        },
        {
          line: 6,
          column: column(lines[5]!, '1]]'),
          code: 'LINE_INVALID',
          reason: expect.stringContaining('properties.user.0.1') as string,
        },
        { line: 8, column: 1, code: 'LINE_INVALID', reason: expect.any(String) as string },
      ],
    });
  });

  it('takes `text` for the payload where that is all there is', async () => {
    const { messages } = await read(`${HEADER}\n${line({ payload: undefined, text: 'hé' })}`);
    expect(Buffer.from(messages[0]!.payload).toString()).toBe('hé');
  });

  it('takes no message without either for an empty one, and a detail of any length', async () => {
    const detail = 'x'.repeat(70_000);
    const { messages, report } = await read(
      [HEADER, line({ payload: undefined }), line({ detail })].join('\n'),
    );
    expect(messages).toMatchObject([{ detail }]);
    expect(report.faults).toMatchObject([{ line: 2, code: 'LINE_INVALID' }]);
  });

  it('keeps nothing of a line that is too long, and goes on behind it', async () => {
    const lines = [HEADER, line({ detail: 'x'.repeat(5_000) }), line({ topic: 'after' })];
    const { messages, report } = await read(lines.join('\n'), { pieces: 7, lineLimitBytes: 1_000 });
    expect(messages.map(({ topic }) => topic)).toEqual(['after']);
    expect(report.faults).toMatchObject([{ line: 2, code: 'LINE_TOO_LONG' }]);
  });

  it('counts every bad line, and lists the first hundred', async () => {
    const { report } = await read(`${HEADER}\n${'no\n'.repeat(250)}`);
    expect(report.bad).toBe(250);
    expect(report.faults).toHaveLength(100);
  });

  it.each([
    ['', 'NOT_A_CAPTURE'],
    ['{"format":"har","version":1}\n', 'NOT_A_CAPTURE'],
    ['\u0089PNG\r\n', 'NOT_A_CAPTURE'],
    ['{"format":"ota-bench-traffic","version":2}\n', 'UNSUPPORTED_VERSION'],
  ])('refuses what is no capture of ours: %j', async (text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code, next: expect.any(String) as string });
  });

  it('never fails on what stands behind the header, and accounts for every line', async () => {
    const anyLine = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.json().map((text) => text.replaceAll('\n', ' ')),
      fc.constantFrom(line(), line().slice(0, 40), '['.repeat(3_000)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine), fc.integer({ min: 1, max: 50 }), async (lines, size) => {
        const bytes = Buffer.from([HEADER, ...lines].join('\n'), 'latin1');
        const { messages, report } = await read(bytes, { pieces: size });
        const given = bytes.toString('latin1').split('\n').slice(1);
        const full = given.filter(
          (text) => !/^[\s\uFEFF]*$/.test(Buffer.from(text, 'latin1').toString()),
        );
        expect(report.imported + report.bad).toBe(full.length);
        expect(messages).toHaveLength(report.imported);
      }),
    );
  });
});
