import type { DatabaseSync } from 'node:sqlite';
import type { Origin } from './batch.ts';
import { bytesOf } from './stored.ts';

/** Numbers of sources and their clients, from 1. */
export function openOriginBook(db: DatabaseSync): (origin: Origin) => number {
  const ids = new Map<string, number>();
  const insert = db.prepare('INSERT INTO origin (source, client) VALUES (?, ?)');
  for (const [id, origin] of readOrigins(db, 0)) ids.set(keyOf(origin), id);
  return (origin) => {
    const key = keyOf(origin);
    const known = ids.get(key);
    if (known !== undefined) return known;
    const [source, client] = origin;
    const bytes = client === null ? null : Buffer.from(client);
    const id = Number(insert.run(Buffer.from(source), bytes).lastInsertRowid);
    ids.set(key, id);
    return id;
  };
}

/** Those with a higher number. */
export function* readOrigins(db: DatabaseSync, after: number): Generator<[number, Origin], void> {
  const rows = db.prepare('SELECT id, source, client FROM origin WHERE id > ? ORDER BY id');
  for (const row of rows.iterate(after)) {
    const source = Buffer.from(bytesOf(row['source'])).toString();
    const client = row['client'] === null ? null : Buffer.from(bytesOf(row['client'])).toString();
    yield [Number(row['id']), [source, client]];
  }
}

function keyOf([source, client]: Origin): string {
  return JSON.stringify([source, client]);
}
