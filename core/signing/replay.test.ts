import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createReplayGuard, nextSeq, type ReplayEntry } from '#core/signing';
import { inTransaction, openDatabase } from '#core/storage';
import { fixedClock, tempDir, TEST_VIN } from '#core/testing';

const DAY_MS = 24 * 3_600_000;

const anEntry = (changes: Partial<ReplayEntry> = {}): ReplayEntry => ({
  receiver: 'gatekeeper',
  sender: 'backend',
  vin: TEST_VIN,
  kind: 'issue_details',
  messageId: 'm1',
  seq: 10,
  digest: 'a'.repeat(64),
  ...changes,
});

describe('replay guard', () => {
  it('[P4] a message is fresh until it is remembered, then the same one again is told apart', () => {
    const guard = createReplayGuard(openDatabase(':memory:'));
    expect(guard.check(anEntry())).toEqual({ kind: 'fresh' });
    expect(guard.check(anEntry())).toEqual({ kind: 'fresh' });
    guard.remember(anEntry());
    expect(guard.check(anEntry())).toMatchObject({ kind: 'replayed', cause: 'same' });
    expect(guard.check(anEntry({ digest: 'b'.repeat(64) }))).toMatchObject({ cause: 'altered' });
    expect(guard.check(anEntry({ seq: 99 }))).toMatchObject({ cause: 'same' });
  });

  it('[P4] seq never goes back nor stands still, whatever the message calls itself', () => {
    const guard = createReplayGuard(openDatabase(':memory:'));
    guard.remember(anEntry());
    for (const seq of [0, 9, 10]) {
      expect(guard.check(anEntry({ messageId: 'm2', seq }))).toMatchObject({ cause: 'seq' });
      expect(guard.check(anEntry({ messageId: undefined, seq }))).toMatchObject({ cause: 'seq' });
    }
    expect(guard.check(anEntry({ messageId: 'm2', seq: 11 }))).toEqual({ kind: 'fresh' });
    expect(guard.check(anEntry({ messageId: 'm2', seq: 500 }))).toEqual({ kind: 'fresh' });
  });

  it('[P4] remembering an older seq later does not lower the mark', () => {
    const guard = createReplayGuard(openDatabase(':memory:'));
    guard.remember(anEntry({ seq: 20 }));
    guard.remember(anEntry({ messageId: 'late', seq: 5 }));
    expect(guard.check(anEntry({ messageId: 'm3', seq: 15 }))).toMatchObject({ cause: 'seq' });
  });

  it('[P4] senders, vehicles, kinds and receivers count apart', () => {
    const guard = createReplayGuard(openDatabase(':memory:'));
    guard.remember(anEntry());
    for (const other of [{ sender: 'x' }, { vin: 'OTHER' }, { receiver: 'VIN1' }]) {
      expect(guard.check(anEntry({ seq: 1, ...other }))).toEqual({ kind: 'fresh' });
    }
    // A QoS 2 command may arrive behind a QoS 1 block that was sent after it.
    expect(guard.check(anEntry({ kind: 'command', messageId: 'm2', seq: 9 }))).toEqual({
      kind: 'fresh',
    });
    // The id alone is enough to know a message moved to another kind.
    expect(guard.check(anEntry({ kind: 'command', seq: 11 }))).toMatchObject({ cause: 'same' });
  });

  it('[P4] a message with neither id nor seq, as a short script sends, is always fresh', () => {
    const guard = createReplayGuard(openDatabase(':memory:'));
    const bare = anEntry({ messageId: undefined, seq: undefined });
    guard.remember(bare);
    expect(guard.check(bare)).toEqual({ kind: 'fresh' });
  });

  it('[P4] survives a restart; one cut short between check and remember is fresh again', async () => {
    const dir = await tempDir();
    onTestFinished(dir.remove);
    const first = openDatabase(dir.join('bench.db'));
    const before = createReplayGuard(first);
    before.remember(anEntry());
    expect(before.check(anEntry({ messageId: 'm2', seq: 11 }))).toEqual({ kind: 'fresh' });
    first.close();

    const second = openDatabase(dir.join('bench.db'));
    onTestFinished(() => {
      second.close();
    });
    const after = createReplayGuard(second);
    expect(after.check(anEntry())).toMatchObject({ kind: 'replayed', cause: 'same' });
    expect(after.check(anEntry({ messageId: 'm2', seq: 11 }))).toEqual({ kind: 'fresh' });
    expect(after.check(anEntry({ messageId: 'm3', seq: 10 }))).toMatchObject({ cause: 'seq' });
  });

  it('[P4] remembers within the caller’s transaction, and forgets with it', () => {
    const db = openDatabase(':memory:');
    const guard = createReplayGuard(db);
    expect(() => {
      inTransaction(db, () => {
        guard.remember(anEntry());
        throw new Error('the answer could not be stored');
      });
    }).toThrow('could not be stored');
    expect(guard.check(anEntry())).toEqual({ kind: 'fresh' });
  });

  it('[P4] lets go of a message once it has expired, never of the seq', () => {
    const clock = fixedClock('2026-01-01T00:00:00.000Z');
    const db = openDatabase(':memory:');
    const guard = createReplayGuard(db, { clock });
    const held = (): unknown => db.prepare('SELECT count(*) AS n FROM seen_message').get()?.['n'];
    guard.remember(anEntry({ messageId: 'short', seq: 1 }));
    guard.remember(anEntry({ messageId: 'long', seq: 2, expires: '2026-02-01T00:00:00Z' }));
    guard.remember(anEntry({ messageId: 'endless', seq: 3, expires: '9999-01-01T00:00:00Z' }));

    clock.advance(8 * DAY_MS);
    guard.remember(anEntry({ messageId: 'next', seq: 4 }));
    expect(guard.check(anEntry({ messageId: 'long', seq: 9 }))).toMatchObject({ cause: 'same' });
    expect(held()).toBe(3);

    clock.advance(400 * DAY_MS);
    guard.remember(anEntry({ messageId: 'last', seq: 5 }));
    expect(held()).toBe(1);
    expect(guard.check(anEntry({ messageId: 'short', seq: 1 }))).toMatchObject({ cause: 'seq' });
  });

  it('[P4] accepts each message of any rising sequence once and no other', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (seqs) => {
        const guard = createReplayGuard(openDatabase(':memory:'));
        let highest = 0;
        for (const [i, seq] of seqs.entries()) {
          const entry = anEntry({ messageId: `m${String(i)}`, seq });
          const { kind } = guard.check(entry);
          expect(kind).toBe(seq > highest ? 'fresh' : 'replayed');
          if (kind === 'fresh') guard.remember(entry);
          highest = Math.max(highest, seq);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('nextSeq', () => {
  it('[P4] rises by one for each sender and vehicle, over a restart too', async () => {
    const dir = await tempDir();
    onTestFinished(dir.remove);
    const first = openDatabase(dir.join('bench.db'));
    expect([nextSeq(first, 'backend', 'A'), nextSeq(first, 'backend', 'A')]).toEqual([1, 2]);
    expect([nextSeq(first, 'backend', 'B'), nextSeq(first, 'dcu', 'A')]).toEqual([1, 1]);
    first.close();
    const second = openDatabase(dir.join('bench.db'));
    onTestFinished(() => {
      second.close();
    });
    expect(nextSeq(second, 'backend', 'A')).toBe(3);
  });

  it('[P4] begins at the floor and never goes back when the floor does', () => {
    const db = openDatabase(':memory:');
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(nextSeq(db, 'backend', 'A', now)).toBe(now);
    expect(nextSeq(db, 'backend', 'A', now)).toBe(now + 1);
    expect(nextSeq(db, 'backend', 'A', now - DAY_MS)).toBe(now + 2);
  });
});

it('[P4] a floor that has risen lifts the count, one that has fallen does not lower it', () => {
  const db = openDatabase(':memory:');
  expect(nextSeq(db, 'backend', 'VIN1', 100)).toBe(100);
  expect(nextSeq(db, 'backend', 'VIN1', 500)).toBe(500);
  expect(nextSeq(db, 'backend', 'VIN1', 200)).toBe(501);
});
