import fc from 'fast-check';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import type { DcuEvent } from './events.ts';
import { diskFiles, type Files } from './files.ts';
import { openJournal } from './journal.ts';
import { snapshotOf, type Recorded } from './snapshot.ts';
import { blankState } from './state.ts';

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
const read = async (): Promise<readonly Recorded[]> => {
  const journal = await openJournal(diskFiles, path());
  await journal.close();
  return journal.past;
};

/** A disk that takes so many more operations once it is armed, the last one half. */
function powerFor(operations: number): { files: Files; arm: () => void } {
  let left = Infinity;
  const spend = (): void => {
    if (left === 0) throw new Error('the power went');
    left -= 1;
  };
  const files: Files = {
    ...diskFiles,
    open: async (name, create) => {
      spend();
      const file = await diskFiles.open(name, create);
      return {
        ...file,
        write: async (bytes, position) => {
          if (left === 0) await file.write(bytes.subarray(0, bytes.byteLength / 2), position);
          spend();
          await file.write(bytes, position);
        },
        truncate: async (length) => {
          spend();
          await file.truncate(length);
        },
        sync: async () => {
          spend();
          await file.sync();
        },
      };
    },
    rename: async (from, to) => {
      spend();
      await diskFiles.rename(from, to);
    },
  };
  return { files, arm: () => (left = operations) };
}

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

  it('[D6] folded, keeps the old lines or the new one, at whichever operation the power goes', async () => {
    const fold = { ...blankState, known: ['u1'] };
    for (let last = 0; ; last += 1) {
      await rm(path(), { force: true });
      await write();
      const cut = powerFor(last);
      const journal = await openJournal(diskFiles, path());
      await journal.close();
      const cutOff = await openJournal(cut.files, path());
      cut.arm();
      const outcome = await cutOff.compact(snapshotOf(fold)).then(
        () => 'folded',
        () => 'cut',
      );
      const left = await read();
      if (left.length === 1) expect(left).toEqual([snapshotOf(fold)]);
      else expect(left).toEqual(events);
      if (outcome === 'folded') {
        expect(last).toBeGreaterThan(4);
        expect(left).toHaveLength(1);
        await cutOff.close();
        return;
      }
    }
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
