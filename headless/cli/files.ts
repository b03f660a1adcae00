import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { refusalOf } from '#core/bench';
import { HeadlessError } from '../errors.ts';
import { type Surroundings } from './session.ts';

/** As the contract takes it: 1 MiB. */
const FILE_LIMIT = 1_048_576;

/** A file of the person's, whole. */
export async function readInput(file: string): Promise<Buffer> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new HeadlessError('FILE_UNREADABLE', `${file}: ${reason}`, {
      next: 'name a file that you may read',
      cause,
    });
  };
  const bytes = await readFile(file).catch((error: unknown) =>
    refuse((error as NodeJS.ErrnoException).code ?? 'cannot be read', error),
  );
  return bytes.length > FILE_LIMIT ? refuse('this is larger than 1 MiB') : bytes;
}

export const inputOf = async (file: string): Promise<{ name: string; base64: string }> => ({
  name: basename(file),
  base64: (await readInput(file)).toString('base64'),
});

/** Nothing that is there is lost: a file that exists stays, unless the person says `--force`. */
export async function writeOutput(
  file: string,
  content: Uint8Array | string,
  { secret, force = false }: { secret: boolean; force?: boolean | undefined },
): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    const mode = secret ? 0o600 : 0o644;
    // `wx` looks and writes in one step; a link that somebody laid there is not followed.
    const fresh = force ? `${file}.${randomUUID()}` : file;
    try {
      await writeFile(fresh, content, { mode, flag: 'wx' });
      if (force) await rename(fresh, file);
    } catch (error) {
      // A full disk leaves a part of it; what was there before is not ours.
      const wasThere = !force && (error as NodeJS.ErrnoException).code === 'EEXIST';
      if (!wasThere) await rm(fresh, { force: true });
      throw error;
    }
  } catch (cause) {
    const { code = refusalOf(cause).code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new HeadlessError('FILE_EXISTS', `${file} is there already`, {
        next: 'choose another name, or say --force to replace it',
        cause,
      });
    }
    throw new HeadlessError('FILE_NOT_WRITTEN', `${file}: ${code}`, {
      next: 'choose a place that you may write to',
      cause,
    });
  }
}

/** Never an argument: other users of this machine can read those. `-` is standard input. */
export async function readPassphrase(
  file: string | undefined,
  { stdin }: Surroundings,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const whole = file === '-' ? await readAll(stdin) : (await readInput(file)).toString('utf8');
  const passphrase = whole.replace(/\r?\n$/, '');
  if (passphrase !== '' && !passphrase.includes('\n')) return passphrase;
  throw new HeadlessError('PASSPHRASE_FILE', `${file}: this is not one line with a passphrase`, {
    next: 'write the passphrase into the first and only line',
  });
}
