import { type Stats } from 'node:fs';
import { HeadlessError } from '../errors.ts';

/** What the system's codes mean to somebody who wants a file. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'nobody may write there',
  EDQUOT: 'your share of the disk is full',
  EISDIR: 'this is a folder',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no folder can be made there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'something on the way there is no folder',
  EPERM: 'nobody may write there',
  EROFS: 'the disk can only be read',
};

/** Runs what writes `file`; what the system refuses becomes a refusal of ours. */
export async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HeadlessError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    if (code === 'EEXIST') throw existsAlready(file, true, cause);
    const words = WORDS[code];
    throw notWritten(file, words === undefined ? code : `${words} (${code})`, cause);
  }
}

export function existsAlready(file: string, replaceable: boolean, cause?: unknown): HeadlessError {
  return new HeadlessError('FILE_EXISTS', `${file} is there already`, {
    next: replaceable ? 'choose another name, or say --force to replace it' : 'choose another name',
    cause,
  });
}

export function notWritten(file: string, why: string, cause?: unknown): HeadlessError {
  return new HeadlessError('FILE_NOT_WRITTEN', `${file}: ${why}`, {
    next: 'choose a place that you may write to and that has room',
    cause,
  });
}

/** Null for a regular file. */
export function unfitKind(found: Stats): string | null {
  if (found.isFile()) return null;
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isCharacterDevice() || found.isBlockDevice() ? 'a device' : 'no file';
}
