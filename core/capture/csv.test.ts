import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCaptured, gathered, streamOf } from '#core/testing';
import { exportCsv, type CapturedMessage, type CsvOptions } from './index.ts';

async function csv(
  messages: readonly CapturedMessage[],
  options: CsvOptions = { byteOrderMark: false },
): Promise<string> {
  return Buffer.concat(await gathered(exportCsv(streamOf(messages), options))).toString();
}

/** RFC 4180 section 2, read by its grammar. */
function parse(text: string, delimiter = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /"((?:[^"]|"")*)"|([^",;\t\r\n]*)/y;
  for (let at = 0; at < text.length;) {
    cell.lastIndex = at;
    const [whole, quoted, plain] = cell.exec(text)!;
    at += whole.length;
    row.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else {
      expect(text[at]).toBe(delimiter);
      at += 1;
    }
  }
  return rows;
}

describe('CSV', () => {
  it('has one row for each message, whatever is in it', async () => {
    const text = await csv([
      aCaptured({ topic: 'a,b"c\r\nd', payload: 'line\r\n"two"', retain: true }),
      aCaptured({ payload: new Uint8Array([0xff, 0x00]), detail: 'why', aclLine: 7 }),
    ]);
    const [columns, first, second, ...rest] = parse(text);
    expect(rest).toEqual([]);
    const named = (row: string[]): Record<string, string> =>
      Object.fromEntries(columns!.map((name, i) => [name, row[i]!]));
    expect(named(first!)).toMatchObject({
      at: '2026-01-02T03:04:05.678Z',
      topic: 'a,b"c\r\nd',
      payload_text: 'line\r\n"two"',
      payload_hex: '',
      retain: 'true',
      size: '11',
    });
    expect(named(second!)).toMatchObject({
      payload_text: '',
      payload_hex: '0xff00',
      detail: 'why',
      acl_line: '7',
    });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\uFF1D1', '\n=cmd|/C calc!A0'])(
    'never lets a spreadsheet carry out %j',
    async (text) => {
      const payload = text;
      const rows = parse(
        await csv([aCaptured({ topic: text, clientId: text, payload, detail: text })]),
      );
      expect(rows[1]!.filter((cell) => cell === `'${text}`)).toHaveLength(4);
    },
  );

  it('keeps any text readable, and no cell begins a formula', async () => {
    const any = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(any, any, async (topic, payload) => {
        const [, row] = parse(await csv([aCaptured({ topic, payload })]));
        const payloadCell = row![11]!;
        expect([payload, `'${payload}`]).toContain(payloadCell);
        for (const cell of row!) expect(cell).not.toMatch(/^\s*[=+\-@]/);
      }),
    );
  });

  it('has a byte order mark and another delimiter where that is asked for', async () => {
    const text = await csv([aCaptured()], { byteOrderMark: true, delimiter: ';' });
    expect(text.startsWith('\uFEFFat;monotonic_us;')).toBe(true);
    expect(parse(text.slice(1), ';')).toHaveLength(2);
    const wrong = { byteOrderMark: false, delimiter: '"' } as unknown as CsvOptions;
    await expect(csv([], wrong)).rejects.toMatchObject({ code: 'DELIMITER_INVALID' });
  });
});
