import { randomUUID } from 'node:crypto';
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolders, removeFolders } from './folders.ts';
import { existsAlready, notWritten, onDisk, unfitKind } from './output-errors.ts';

/** More than a certificate or a bundle needs: a disk that is full shall say so beforehand. */
const RESERVED_BYTES = 16_384;

/** A place that takes the file, found before what goes into it is made. */
export type Reserved = {
  write(content: Uint8Array | string): Promise<void>;
  /** Behind what was appended before: a file that is made piece by piece. */
  append(piece: Uint8Array): Promise<void>;
  /** Puts what was written where it belongs, in one step. */
  commit(): Promise<void>;
  /** Without a commit before, nothing is left. */
  release(): Promise<void>;
};

export type OutputWish = {
  /** For its owner only. */
  secret: boolean;
  executable?: boolean;
  force?: boolean | undefined;
};

/**
 * Nothing that is there is lost: a file that exists stays, unless the person says `--force`. What
 * is no file is never replaced, and a link is not followed.
 *
 * @param shown as what a refusal names it
 * @throws HeadlessError FILE_EXISTS, FILE_NOT_WRITTEN
 */
export async function reserveOutput(
  file: string,
  wish: OutputWish,
  shown: string = file,
): Promise<Reserved> {
  return onDisk(shown, async () => {
    await assertFree(file, wish.force === true);
    const made = await makeFolders(dirname(file));
    const fresh = join(dirname(file), `.ota-bench-${randomUUID()}`);
    let handle: FileHandle | null = null;
    const release = async (): Promise<void> => {
      await handle?.close();
      handle = null;
      await rm(fresh, { force: true });
      await removeFolders(made);
    };
    try {
      const opened = await open(fresh, 'wx', modeOf(wish));
      handle = opened;
      await opened.writeFile(new Uint8Array(RESERVED_BYTES));
      let length = 0;
      /** The system may take less than it is given, such as on a disk that is nearly full. */
      const put = async (bytes: Uint8Array): Promise<void> => {
        for (let at = 0; at < bytes.length;) {
          const { bytesWritten } = await opened.write(bytes, at, bytes.length - at, length);
          at += bytesWritten;
          length += bytesWritten;
        }
      };
      return {
        write: (content) =>
          onDisk(shown, () => {
            // Over what is reserved, so that what the disk promised is not asked for again.
            length = 0;
            return put(typeof content === 'string' ? Buffer.from(content) : content);
          }),
        append: (piece) => onDisk(shown, () => put(piece)),
        commit: () =>
          onDisk(shown, async () => {
            await opened.truncate(length);
            // Some disks find out only now that there was no room.
            await opened.sync();
            await opened.close();
            handle = null;
            await putInPlace(fresh, file, wish.force === true);
          }),
        release,
      };
    } catch (error) {
      await release();
      throw error;
    }
  });
}

const modeOf = ({ secret, executable = false }: OutputWish): number =>
  (secret ? 0o600 : 0o644) | (executable ? (secret ? 0o100 : 0o111) : 0);

/** A file whose content is there already. */
export async function writeOutput(
  file: string,
  content: Uint8Array | string,
  wish: OutputWish,
  shown: string = file,
): Promise<void> {
  const reserved = await reserveOutput(file, wish, shown);
  try {
    await reserved.write(content);
    await reserved.commit();
  } finally {
    await reserved.release();
  }
}

export type FolderEntry = Pick<OutputWish, 'secret' | 'executable'> & {
  name: string;
  bytes: Uint8Array;
};
export type ReservedFolder = {
  /** All of it or nothing. */
  fill(entries: readonly FolderEntry[]): Promise<void>;
  release(): Promise<void>;
};

/**
 * A folder that is to hold some files. One that is there and not empty is taken with `--force`
 * only; what else is in it stays.
 *
 * @throws HeadlessError FILE_EXISTS, FILE_NOT_WRITTEN
 */
export async function reserveFolder(folder: string, force: boolean): Promise<ReservedFolder> {
  return onDisk(folder, async () => {
    const found = await stat(folder).catch(() => null);
    if (found === null) await assertFree(folder, false);
    else if (!found.isDirectory()) throw existsAlready(folder, false);
    const made = await makeFolders(folder);
    // Inside it: whatever disk the folder is on, this is on the same.
    const staging = join(folder, `.ota-bench-${randomUUID()}`);
    const release = async (): Promise<void> => {
      await rm(staging, { recursive: true, force: true });
      await removeFolders(made);
    };
    try {
      if (made.length === 0 && !force) await assertEmpty(folder);
      await mkdir(staging);
      const filler = join(staging, 'reserved');
      await writeOutput(filler, new Uint8Array(RESERVED_BYTES), { secret: true }, folder);
      return {
        release,
        fill: (entries) =>
          onDisk(folder, async () => {
            await rm(filler);
            for (const { name, bytes, ...wish } of entries) {
              await writeOutput(join(staging, name), bytes, wish, join(folder, name));
            }
            await moveAll(staging, folder, entries);
          }),
      };
    } catch (error) {
      await release();
      throw error;
    }
  });
}

async function assertEmpty(folder: string): Promise<void> {
  if ((await readdir(folder)).length > 0) throw existsAlready(folder, true);
}

/** Takes back what it moved when one of them cannot be. */
async function moveAll(
  staging: string,
  folder: string,
  entries: readonly FolderEntry[],
): Promise<void> {
  const fresh: string[] = [];
  const made: string[] = [];
  try {
    for (const { name } of entries) {
      await assertFree(join(folder, name), true);
      const parent = dirname(join(folder, name));
      if (await isLink(parent)) throw notWritten(parent, 'is a link, which leads elsewhere');
      made.push(...(await makeFolders(parent)));
    }
    for (const { name } of entries) {
      const place = join(folder, name);
      const isNew = (await lstat(place).catch(() => null)) === null;
      await rename(join(staging, name), place);
      if (isNew) fresh.push(place);
    }
  } catch (error) {
    for (const place of fresh) await rm(place, { force: true });
    await removeFolders(made);
    throw error;
  }
}

const isLink = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => null))?.isSymbolicLink() === true;

/** @throws HeadlessError FILE_EXISTS, FILE_NOT_WRITTEN */
async function assertFree(file: string, force: boolean): Promise<void> {
  const found = await lstat(file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    // What keeps its folders from being made says makeFolders.
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  });
  if (found === null) {
    if (basename(file) === '' || /[\\/]$/.test(file)) throw notWritten(file, 'names no file');
    return;
  }
  if (found.isSymbolicLink() && force && (await readlink(file)).startsWith('/proc/')) {
    // Such as /dev/stdout, which belongs to the system whatever it leads to at the moment.
    throw notWritten(file, 'leads to what a process has open, and is not replaced');
  }
  // A link to a file is replaced; one to a device stands for it.
  const target = found.isSymbolicLink() ? await stat(file).catch(() => null) : found;
  const kind = target && !(found.isSymbolicLink() && target.isDirectory()) && unfitKind(target);
  if (!force) throw existsAlready(file, !kind);
  if (kind) throw notWritten(file, `is ${kind}, which is not replaced`);
}

const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV']);

async function putInPlace(fresh: string, file: string, force: boolean): Promise<void> {
  if (!force) {
    try {
      // Looks and names it in one step, so that a file which came meanwhile stays.
      await link(fresh, file);
      return;
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  await assertFree(file, force);
  await rename(fresh, file);
}
