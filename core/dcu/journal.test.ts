import fc from 'fast-check';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import type { DcuEvent } from './events.ts';
import { diskFiles } from './files.ts';
import { openJournal } from './journal.ts';

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

const events: DcuEvent[] = [
  { type: 'powered' },
  { type: 'rollbackCommanded', rollback: { updateId: 'r1', ecuId: 'brake' } },
  { type: 'previousFound', bank: 'B' },
  { type: 'switched' },
];
const path = (): string => dir.join('journal.log');
const write = async (): Promise<Buffer> => {
  const journal = await openJournal(diskFiles, path());
  for (const event of events) await journal.append(event);
  await journal.close();
  return readFile(path());
};
const read = async (): Promise<readonly DcuEvent[]> => {
  const journal = await openJournal(diskFiles, path());
  await journal.close();
  return journal.past;
};

describe('the journal', () => {
  it('gives back what was appended, in order, over restarts', async () => {
    await write();
    expect(await read()).toEqual(events);
  });

  it('[D6] torn at any byte, it gives back all whole lines and takes new ones', async () => {
    const bytes = await write();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (length) => {
        await writeFile(path(), bytes.subarray(0, length));
        const whole = bytes.subarray(0, length).toString().split('\n').length - 1;
        const journal = await openJournal(diskFiles, path());
        expect(journal.past).toEqual(events.slice(0, whole));
        await journal.append({ type: 'closed' });
        await journal.close();
        expect(await read()).toEqual([...events.slice(0, whole), { type: 'closed' }]);
      }),
      { numRuns: 60 },
    );
  });

  it('with one bit changed, or a line gone, refuses to go on as if nothing were', async () => {
    const bytes = await write();
    const altered = Uint8Array.from(bytes);
    altered[30]! ^= 1;
    await writeFile(path(), altered);
    await expect(read()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
    const lines = bytes.toString().split('\n');
    lines.splice(1, 1);
    await writeFile(path(), lines.join('\n'));
    await expect(read()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  });

  it('compacted, holds the one line and goes on behind it', async () => {
    await write();
    const journal = await openJournal(diskFiles, path());
    await journal.compact({ type: 'remembered', known: ['u1'] });
    await journal.append({ type: 'powered' });
    await journal.close();
    expect(await read()).toEqual([{ type: 'remembered', known: ['u1'] }, { type: 'powered' }]);
  });
});
