import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FIRMWARE_SIZE_LIMIT } from '#core/contract';
import type { Artifact } from './types.ts';

/**
 * Images in the store that no row speaks of: a crash came between the two, or bench.db was moved
 * away. They are whole, since a file gets its place only after its last byte is on the disk, and
 * are hashed before use like any other [G6]. Their names are lost.
 */
export function findStrays(store: string, isKnown: (sha256: string) => boolean): Artifact[] {
  return readdirSync(store, { withFileTypes: true })
    .filter((folder) => folder.isDirectory() && /^[0-9a-f]{2}$/.test(folder.name))
    .flatMap((folder) => imagesIn(join(store, folder.name), folder.name))
    .filter(({ sha256 }) => !isKnown(sha256))
    .map(({ sha256, path }) => {
      return { sha256, length: statSync(path).size, name: `${sha256.slice(0, 12)}.bin` };
    })
    .filter(({ length }) => length > 0 && length <= FIRMWARE_SIZE_LIMIT);
}

function imagesIn(folder: string, prefix: string): { sha256: string; path: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && /^[0-9a-f]{64}$/.test(file.name))
    .filter((file) => file.name.startsWith(prefix))
    .map((file) => ({ sha256: file.name, path: join(folder, file.name) }));
}
