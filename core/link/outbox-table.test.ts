import type { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { inTransaction, openDatabase } from '#core/storage';
import { tempDir } from '#core/testing';
import { openOutboxTable, type OutboxRow, type OutboxTable } from './outbox-table.ts';

async function database(): Promise<DatabaseSync> {
  const dir = await tempDir();
  onTestFinished(dir.remove);
  const db = openDatabase(dir.join('bench.db'));
  onTestFinished(() => {
    db.close();
  });
  return db;
}

function insert(table: OutboxTable, key: string, topic: string): void {
  table.insert({ key, topic, payload: new Uint8Array(), qos: 1, retain: false });
}

const NOTHING_BUSY = new Set<string>();
const keys = (rows: readonly OutboxRow[]): string[] => rows.map(({ key }) => key);

function settleHead(table: OutboxTable, topic: string): void {
  const row = table.head(topic);
  if (row) table.settle(row.id, { kind: 'acknowledged', key: row.key }, 0);
}

it('gives the first waiting message of each topic, and the next one once it is settled', async () => {
  const db = await database();
  const table = openOutboxTable(db, 'backend', 0);
  const other = openOutboxTable(db, 'gatekeeper', 0);
  insert(other, 'theirs', 'a');
  for (const [key, topic] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
    ['c1', 'c'],
  ] as const) {
    insert(table, key, topic);
  }
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['a1', 'b1', 'c1']);
  expect(keys(table.heads(new Set(['a', 'b']), 1))).toEqual(['c1']);
  settleHead(table, 'a');
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['b1', 'a2', 'c1']);
  settleHead(table, 'a');
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['b1', 'c1']);
  insert(table, 'a3', 'a');
  expect(keys(table.heads(NOTHING_BUSY, 2))).toEqual(['b1', 'c1']);
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['b1', 'c1', 'a3']);
  expect(keys(other.heads(NOTHING_BUSY, 16))).toEqual(['theirs']);
});

it('puts a suspect first, until it is forgiven', async () => {
  const table = openOutboxTable(await database(), 'backend', 0);
  insert(table, 'a1', 'a');
  insert(table, 'b1', 'b');
  table.strike(table.head('b')?.id ?? 0);
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['b1', 'a1']);
  table.forgive();
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['a1', 'b1']);
});

it('finds the first messages of an outbox that was written before they were marked', async () => {
  const db = await database();
  insert(openOutboxTable(db, 'backend', 0), 'made', 'x');
  db.exec(`DROP TRIGGER outbox_first; DROP TRIGGER outbox_next; DROP INDEX outbox_heads;
    ALTER TABLE outbox DROP COLUMN head; DELETE FROM outbox;
    UPDATE migration SET version = 1 WHERE room = 'outbox';
    INSERT INTO outbox (sender, key, topic, qos, retain, digest, state) VALUES
      ('backend', 'a0', 'a', 1, 0, '', 'acknowledged'), ('backend', 'a1', 'a', 1, 0, '', 'waiting'),
      ('backend', 'a2', 'a', 1, 0, '', 'waiting'), ('other', 'o1', 'a', 1, 0, '', 'waiting');`);
  const table = openOutboxTable(db, 'backend', 0);
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['a1']);
  settleHead(table, 'a');
  expect(keys(table.heads(NOTHING_BUSY, 16))).toEqual(['a2']);
});

it('marks one row of a topic, however many wait, so that filling the lanes reads no others', async () => {
  const db = await database();
  const table = openOutboxTable(db, 'backend', 0);
  inTransaction(db, () => {
    for (let i = 0; i < 2_000; i += 1) insert(table, `k${i}`, `t${i % 4}`);
  });
  const marked = db.prepare('SELECT key FROM outbox WHERE head = 1 ORDER BY id').all();
  expect(marked.map(({ key }) => key)).toEqual(['k0', 'k1', 'k2', 'k3']);
  const plan = db.prepare(
    'EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE sender = ? AND head = 1 ORDER BY strikes DESC, id',
  );
  expect(plan.all('backend').map(({ detail }) => detail)).toEqual([
    expect.stringContaining('outbox_heads'),
  ]);
});
