import type { DatabaseSync } from 'node:sqlite';
import { payloadOf, sizeOf, type Segment } from './columns.ts';
import { readFlags } from './flags.ts';
import { createSparks, type Sparks } from './spark.ts';
import { rowsAfter } from './stored.ts';

/** Enough of the last payload for a line of the topic tree. */
export const HEAD_BYTES = 208;
/** So many are kept at hand; of more topics than that, the others are read when looked at. */
const HEADS_LIMIT = 20_000;
/** How long what changed waits to be written: it can be counted again from the messages. */
const KEEP_MS = 10_000;

export type Topic = {
  readonly id: number;
  readonly name: string;
  /** Everything that names it, also a refusal. At 0 it leaves. */
  held: number;
  /** Messages published on it. */
  count: number;
  bytes: number;
  lastId: number;
  lastAt: number;
  lastSize: number;
  /** First bytes of the last payload; null where they are not at hand. */
  head: Uint8Array | null;
  readonly slot: number;
  dirty: boolean;
  gone: boolean;
};

/** Every topic with its sums, in memory; in the database now and then. */
export interface TopicBook {
  /** For use inside a transaction: a topic not seen before gets its row. */
  of(name: string): Topic;
  /** Topics that got their first message since this was last asked; all of them at first. */
  takeArrived(): Topic[];
  /** Rises when one lost its last message. */
  departures(): number;
  readonly sparks: Sparks;
  /** After the commit. `topics`: of each row. */
  entered(segment: Segment, topics: readonly (Topic | null)[], now: number): void;
  /** Inside the transaction which removes it. */
  left(segment: Segment): void;
  /** Inside a transaction; writes what changed, when that is due. */
  keep(now: number): void;
}

export function openTopicBook(db: DatabaseSync, lastId: () => number): TopicBook {
  const byId = new Map<number, Topic>();
  const byName = new Map<string, Topic>();
  const sparks = createSparks();
  const dirty = new Set<Topic>();
  let arrived = new Set<Topic>();
  let departures = 0;
  let heads = 0;
  let keptAt = 0;

  const insert = db.prepare('INSERT INTO topic (name) VALUES (?)');
  const remove = db.prepare('DELETE FROM topic WHERE id = ?');
  const update = db.prepare(
    `UPDATE topic SET held = ?, count = ?, bytes = ?, last_id = ?, last_at = ?, last_size = ?
     WHERE id = ?`,
  );
  const setThrough = db.prepare(
    `INSERT INTO fact (name, value) VALUES ('topics_through', ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );

  const enter = (id: number, name: string): Topic => {
    const sums = { held: 0, count: 0, bytes: 0, lastId: 0, lastAt: 0, lastSize: 0 };
    const slot = sparks.take();
    const topic: Topic = { id, name, ...sums, head: null, slot, dirty: false, gone: false };
    byId.set(id, topic);
    byName.set(name, topic);
    return topic;
  };
  const touch = (topic: Topic): void => {
    if (topic.dirty) return;
    topic.dirty = true;
    dirty.add(topic);
  };
  const count = (segment: Segment, row: number, topic: Topic): void => {
    const { columns, first } = segment;
    topic.held += 1;
    touch(topic);
    if (readFlags(columns.flags[row] ?? 0).kind !== 'publish') return;
    if (topic.count === 0) arrived.add(topic);
    topic.count += 1;
    topic.lastId = first + row;
    topic.lastAt = columns.at[row] ?? 0;
    topic.lastSize = sizeOf(segment, row);
    topic.bytes += topic.lastSize;
    if (topic.head) heads -= 1;
    topic.head = null;
  };
  const write = (): void => {
    for (const topic of dirty) {
      const { held, bytes, lastAt, lastSize, id } = topic;
      if (!topic.gone) update.run(held, topic.count, bytes, topic.lastId, lastAt, lastSize, id);
      topic.dirty = false;
    }
    dirty.clear();
    // The rows of the table count messages up to this id.
    setThrough.run(lastId());
  };

  const load = (): void => {
    for (const row of db.prepare('SELECT * FROM topic').iterate()) {
      const topic = enter(Number(row['id']), Buffer.from(row['name'] as Uint8Array).toString());
      topic.held = Number(row['held']);
      topic.count = Number(row['count']);
      topic.bytes = Number(row['bytes']);
      topic.lastId = Number(row['last_id']);
      topic.lastAt = Number(row['last_at']);
      topic.lastSize = Number(row['last_size']);
      if (topic.count > 0) arrived.add(topic);
    }
    const kept = db.prepare(`SELECT value FROM fact WHERE name = 'topics_through'`).get();
    const through = Number(kept?.['value'] ?? 0);
    // A kill came before the sums were written: the messages since then are counted again.
    for (const { segment, row } of rowsAfter(db, through)) {
      const topic = byId.get(segment.columns.topic[row] ?? 0);
      if (topic) count(segment, row, topic);
    }
  };
  load();

  return {
    sparks,
    of: (name) =>
      byName.get(name) ?? enter(Number(insert.run(Buffer.from(name)).lastInsertRowid), name),
    takeArrived() {
      const taken = arrived;
      arrived = new Set();
      return [...taken];
    },
    departures: () => departures,
    entered(segment, topics, now) {
      for (let row = 0; row < segment.count; row += 1) {
        const topic = topics[row];
        if (!topic) continue;
        count(segment, row, topic);
        sparks.add(topic.slot, now, 1);
      }
      for (let row = segment.count - 1; row >= 0; row -= 1) {
        const topic = topics[row];
        if (topic?.lastId !== segment.first + row || topic.head !== null) continue;
        if (heads >= HEADS_LIMIT) continue;
        topic.head = payloadOf(segment, row).slice(0, HEAD_BYTES);
        heads += 1;
      }
    },
    left(segment) {
      const touched = new Set<Topic>();
      for (let row = 0; row < segment.count; row += 1) {
        const topic = byId.get(segment.columns.topic[row] ?? 0);
        if (!topic) continue;
        topic.held -= 1;
        touched.add(topic);
        if (readFlags(segment.columns.flags[row] ?? 0).kind !== 'publish') continue;
        topic.count -= 1;
        topic.bytes -= sizeOf(segment, row);
        if (topic.count === 0) departures += 1;
      }
      for (const topic of touched) touch(topic);
      // Table and messages agree again with this very transaction.
      write();
      for (const topic of touched) {
        if (topic.held > 0) continue;
        topic.gone = true;
        if (topic.head) heads -= 1;
        remove.run(topic.id);
        byId.delete(topic.id);
        byName.delete(topic.name);
        sparks.free(topic.slot);
      }
    },
    keep(now) {
      if (now - keptAt < KEEP_MS && now >= keptAt) return;
      keptAt = now;
      if (dirty.size > 0) write();
    },
  };
}
