import type { DatabaseSync } from 'node:sqlite';
import type { Origin } from './batch.ts';
import { readOrigins } from './origin-book.ts';
import { bytesOf } from './stored.ts';

const NOBODY: Origin = ['', null];

/** Names by their number, read from the database as they come. */
export interface KnownNames {
  /** Reads those that came since the last time. */
  refresh(): void;
  topic(id: number): string;
  origin(id: number): Origin;
  /** For each number 1 where `holds`, else 0; a number behind the end is newer than this. */
  topicsThat(holds: (name: string) => boolean): Uint8Array;
  originsThat(holds: (origin: Origin) => boolean): Uint8Array;
}

export function openKnownNames(db: DatabaseSync): KnownNames {
  /** Number 0: an event without a topic. */
  const topics: string[] = [''];
  const origins: Origin[] = [NOBODY];
  const newTopics = db.prepare('SELECT id, name FROM topic WHERE id > ? ORDER BY id');

  const refresh = (): void => {
    for (const row of newTopics.iterate(topics.length - 1)) {
      const id = Number(row['id']);
      // A topic that came and left unseen leaves its number behind.
      while (topics.length < id) topics.push('');
      topics.push(Buffer.from(bytesOf(row['name'])).toString());
    }
    for (const [id, origin] of readOrigins(db, origins.length - 1)) origins[id] = origin;
  };
  const table = <T>(names: readonly T[], holds: (name: T) => boolean): Uint8Array =>
    Uint8Array.from(names, (name) => (holds(name) ? 1 : 0));

  return {
    refresh,
    topic(id) {
      if (id >= topics.length) refresh();
      return topics[id] ?? '';
    },
    origin(id) {
      if (id >= origins.length) refresh();
      return origins[id] ?? NOBODY;
    },
    topicsThat: (holds) => table(topics, holds),
    originsThat: (holds) => table(origins, holds),
  };
}
