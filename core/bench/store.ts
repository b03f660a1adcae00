import { type DatabaseSync } from 'node:sqlite';
import { migrate } from '#core/storage';

const MIGRATIONS = [
  `CREATE TABLE bench_settings (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     json TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE bench_text (
     name TEXT PRIMARY KEY,
     text TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];

/** The bench's own tables in bench.db; nothing in them is secret. */
export function prepareTables(db: DatabaseSync): void {
  migrate(db, 'bench', MIGRATIONS);
}

/** One text by its name; null where there is none. */
export type StoredText = { get(): string | null; set(text: string | null): void };

export type TextName =
  | 'acl'
  | 'vehicles'
  | 'farewells'
  | 'workspace-id'
  | 'traffic-filters'
  | 'publish-templates'
  | 'publish-history'
  | 'connections'
  | 'sample';

export function storedText(db: DatabaseSync, name: TextName): StoredText {
  prepareTables(db);
  return {
    get: () => {
      const row = db.prepare('SELECT text FROM bench_text WHERE name = ?').get(name);
      return row === undefined ? null : String(row['text']);
    },
    set: (text) => {
      if (text === null) db.prepare('DELETE FROM bench_text WHERE name = ?').run(name);
      else db.prepare('INSERT OR REPLACE INTO bench_text VALUES (?, ?)').run(name, text);
    },
  };
}

/** A list under a name. One that cannot be read is an empty one. */
export type StoredList<T> = { get(): T[]; set(items: readonly T[]): void };

export function storedList<T>(
  db: DatabaseSync,
  name: TextName,
  item: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
): StoredList<T> {
  const text = storedText(db, name);
  return {
    get() {
      try {
        const items: unknown = JSON.parse(text.get() ?? '[]');
        if (!Array.isArray(items)) return [];
        return items.flatMap((each) => {
          const parsed = item.safeParse(each);
          return parsed.success ? [parsed.data] : [];
        });
      } catch {
        return [];
      }
    },
    set: (items) => {
      text.set(JSON.stringify(items));
    },
  };
}
