import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer as readBytes, text as readAll } from 'node:stream/consumers';
import { HeadlessError } from '../errors.ts';
import { type Surroundings } from './session.ts';

/** As the contract takes it: 1 MiB. */
const FILE_LIMIT = 1_048_576;

/** A file of the person's, whole. */
async function readInput(file: string, limit = FILE_LIMIT): Promise<Buffer> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new HeadlessError('FILE_UNREADABLE', `${file}: ${reason}`, {
      next: 'name a file that you may read',
      cause,
    });
  };
  const bytes = await readFile(file).catch((error: unknown) =>
    refuse((error as NodeJS.ErrnoException).code ?? 'cannot be read', error),
  );
  const mebibytes = String(limit / 1_048_576);
  return bytes.length > limit ? refuse(`this is larger than ${mebibytes} MiB`) : bytes;
}

export const inputOf = async (file: string): Promise<{ name: string; base64: string }> => ({
  name: basename(file),
  base64: (await readInput(file)).toString('base64'),
});

/** A file whose every byte means something: one that is no UTF-8 would be read as what it is not. */
export async function readText(file: string): Promise<string> {
  const bytes = await readInput(file);
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const line = String(firstBadLine(bytes));
    throw new HeadlessError('FILE_NOT_UTF8', `${file}: line ${line} is not valid UTF-8`, {
      next: 'save the file as UTF-8, or correct that line',
      cause,
    });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** From 1. No character of UTF-8 has a line feed inside. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let from = 0; from <= bytes.length; line += 1) {
    const feed = bytes.indexOf(0x0a, from);
    const to = feed === -1 ? bytes.length : feed;
    try {
      utf8.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to + 1;
  }
  return line;
}

/** As the contract takes it: 8 MiB. */
const PAYLOAD_LIMIT = 8_388_608;

/** What is sent, byte for byte; `-` is standard input. */
export async function readPayload(file: string, { stdin }: Surroundings): Promise<Buffer> {
  return file === '-' ? await readBytes(stdin) : readInput(file, PAYLOAD_LIMIT);
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
