import type { DatabaseSync } from 'node:sqlite';
import { ReleaseManifest } from '#core/protocol';
import { migrate } from '#core/storage';
import { CatalogueError } from './errors.ts';
import type { Artifact, SignedManifest } from './types.ts';

const MIGRATIONS = [
  `CREATE TABLE artifact (
     sha256 TEXT PRIMARY KEY,
     length INTEGER NOT NULL,
     name TEXT NOT NULL,
     added INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE release (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     release_id TEXT NOT NULL UNIQUE,
     version TEXT NOT NULL,
     hardware_id TEXT NOT NULL,
     manifest TEXT NOT NULL
   ) STRICT;
   CREATE INDEX release_version ON release (version, hardware_id);`,
];

export interface ArtifactTable {
  /** The newest name wins. */
  put(artifact: Artifact): void;
  get(sha256: string): Artifact | null;
  all(): Artifact[];
  remove(sha256: string): void;
}

export interface ReleaseTable {
  add(manifest: SignedManifest): void;
  text(releaseId: string): string | null;
  byVersion(version: string, hardwareId: string | undefined): SignedManifest | null;
  all(): SignedManifest[];
  remove(releaseId: string): void;
}

export function openTables(db: DatabaseSync): { artifacts: ArtifactTable; releases: ReleaseTable } {
  migrate(db, 'catalogue', MIGRATIONS);
  return { artifacts: artifactTable(db), releases: releaseTable(db) };
}

function artifactTable(db: DatabaseSync): ArtifactTable {
  // `added` counts imports, so that newest first does not hang on the clock.
  const put = db.prepare(
    `INSERT INTO artifact (sha256, length, name, added)
     VALUES (?, ?, ?, (SELECT coalesce(max(added), 0) + 1 FROM artifact))
     ON CONFLICT (sha256) DO UPDATE SET name = excluded.name, added = excluded.added`,
  );
  const get = db.prepare('SELECT sha256, length, name FROM artifact WHERE sha256 = ?');
  const all = db.prepare('SELECT sha256, length, name FROM artifact ORDER BY added DESC');
  const remove = db.prepare('DELETE FROM artifact WHERE sha256 = ?');
  return {
    put({ sha256, length, name }) {
      put.run(sha256, length, name);
    },
    get(sha256) {
      const row = get.get(sha256);
      return row ? asArtifact(row) : null;
    },
    all: () => all.all().map(asArtifact),
    remove: (sha256) => void remove.run(sha256),
  };
}

function releaseTable(db: DatabaseSync): ReleaseTable {
  const insert = db.prepare(
    'INSERT INTO release (release_id, version, hardware_id, manifest) VALUES (?, ?, ?, ?)',
  );
  const text = db.prepare('SELECT manifest FROM release WHERE release_id = ?');
  const byVersion = db.prepare(
    `SELECT manifest FROM release WHERE version = ?1 AND (?2 IS NULL OR hardware_id = ?2)
     ORDER BY id DESC LIMIT 1`,
  );
  const all = db.prepare('SELECT manifest FROM release ORDER BY id DESC');
  const remove = db.prepare('DELETE FROM release WHERE release_id = ?');
  const textOf = (releaseId: string): string | null => {
    const row = text.get(releaseId);
    return row ? String(row['manifest']) : null;
  };
  return {
    text: textOf,
    add(manifest) {
      const parsed = ReleaseManifest.safeParse(manifest);
      if (!parsed.success) throw malformed(parsed.error.issues[0]);
      if (parsed.data.signature === undefined && parsed.data.hmac === undefined) {
        throw unsigned(parsed.data.releaseId);
      }
      // The object as given, not as parsed: the signature covers its members.
      const json = JSON.stringify(manifest);
      const known = textOf(manifest.releaseId);
      if (known === json) return;
      if (known !== null) throw taken(manifest.releaseId);
      insert.run(manifest.releaseId, manifest.version, manifest.hardwareId, json);
    },
    byVersion(version, hardwareId) {
      const row = byVersion.get(version, hardwareId ?? null);
      return row ? asManifest(String(row['manifest'])) : null;
    },
    all: () => all.all().map((row) => asManifest(String(row['manifest']))),
    remove: (releaseId) => void remove.run(releaseId),
  };
}

/** Parsed by the schema when it was added; trusted since. */
export function asManifest(text: string): SignedManifest {
  return JSON.parse(text) as SignedManifest;
}

function asArtifact(row: Record<string, unknown>): Artifact {
  return {
    sha256: String(row['sha256']),
    length: Number(row['length']),
    name: String(row['name']),
  };
}

function malformed(issue: { path: PropertyKey[]; message: string } | undefined): CatalogueError {
  const where = issue ? issue.path.map(String).join('.') : '';
  return new CatalogueError(
    'RELEASE_MALFORMED',
    `the manifest is not sound at ${where === '' ? 'its top' : where}: ${issue?.message ?? ''}`,
    { next: 'Compare it with the manifest in docs/PROTOCOL.md.' },
  );
}

function unsigned(releaseId: string): CatalogueError {
  return new CatalogueError('RELEASE_UNSIGNED', `release ${releaseId} carries no signature`, {
    next: 'Sign the manifest with a release key first.',
  });
}

function taken(releaseId: string): CatalogueError {
  return new CatalogueError(
    'RELEASE_EXISTS',
    `release ${releaseId} is in the catalogue with other content`,
    { next: 'Give the changed release an id of its own.' },
  );
}
