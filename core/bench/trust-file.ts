import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { type Clock, isCodedError, type Log } from '#core/ports';
import {
  exportPublicJwk,
  importPublicJwk,
  type Algorithm,
  type KeyRing,
  type KeyUse,
} from '#core/signing';
import { writeFileAtomic } from '#core/storage';
import { BenchError } from './errors.ts';
import { type BenchKeys } from './keys.ts';

/** How often a trust file is looked at: whoever writes it may start after us, and send at once. */
const LOOK_MS = 100;
/** A fleet's file holds a key for each vehicle, at some 300 bytes each. */
const FILE_LIMIT_BYTES = 16_777_216;
const KEYS_LIMIT = 50_000;

const Use = z.custom<KeyUse>(
  (value) =>
    typeof value === 'string' && /^(release|backend|gatekeeper|dcu:[\w*-]{1,64})$/.test(value),
);
/** A JWK Set (RFC 7517 section 5) whose keys say what they may vouch for. */
const TrustFile = z.object({
  keys: z
    .array(z.looseObject({ name: z.string().max(128), ota_use: z.array(Use).min(1) }))
    .max(KEYS_LIMIT),
});

/** The public keys of this process, for another's `--trust`. Nothing in it is secret. */
export async function trustTextOf(
  keys: BenchKeys,
  vins: readonly string[],
  algorithm: Algorithm,
): Promise<string> {
  const vehicles = vins.map((vin) => `dcu:${vin}` as const);
  for (const use of ['release', 'backend', 'gatekeeper', ...vehicles] as const) {
    await keys.key(use, algorithm);
  }
  return trustText(keys.made());
}

export function trustText(made: ReturnType<BenchKeys['made']>): string {
  // A report key vouches for no message.
  const speaking = made.filter(({ use }) => use !== 'report');
  const keys = speaking.map(({ key, use }) => ({
    ...exportPublicJwk(key),
    name: key.name,
    ota_use: [use],
  }));
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

export async function writeTrustFile(file: string, text: string): Promise<void> {
  await writeFileAtomic(file, Buffer.from(text)).catch((cause: unknown) => {
    throw new BenchError('TRUST_FILE', `${file}: cannot be written`, {
      next: 'name a file in a folder that you may write to',
      cause,
    });
  });
}

/** Trusts the keys of a file; throws TRUST_FILE for one that cannot be read or understood. */
export async function readTrustFile(file: string, ring: KeyRing): Promise<void> {
  let text: string;
  try {
    if ((await stat(file)).size > FILE_LIMIT_BYTES) throw trustError(file, 'is larger than 16 MiB');
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (isCodedError(cause)) throw cause;
    throw trustError(file, (cause as NodeJS.ErrnoException).code ?? 'cannot be read', cause);
  }
  trustKeys(file, text, ring);
}

/** Trusts the keys of a text, all of them or none. @throws BenchError TRUST_FILE */
export function trustKeys(file: string, text: string, ring: KeyRing): void {
  try {
    const { keys } = TrustFile.parse(JSON.parse(text));
    const read = keys.map(({ name, ota_use: uses, ...jwk }) => ({
      key: importPublicJwk(jwk, name),
      uses,
    }));
    for (const { key, uses } of read) ring.add(key, uses);
  } catch (cause) {
    throw trustError(file, 'is no set of public keys as --trust-out writes it', cause);
  }
}

/** Trusts what the files hold now, then follows them until the signal; `done` resolves after it. */
export async function followTrustFiles(options: {
  files: readonly string[];
  ring: KeyRing;
  clock: Clock;
  log: Log;
  /** Called after a file was taken. */
  changed: () => void;
  signal: AbortSignal;
}): Promise<{ done: Promise<void> }> {
  const { files, ring, clock, log, changed, signal } = options;
  const seen = new Map<string, string>();
  const look = async (): Promise<void> => {
    for (const file of files) {
      const mark = await markOf(file);
      if (mark === null || seen.get(file) === mark) continue;
      seen.set(file, mark);
      await readTrustFile(file, ring);
      changed();
    }
  };
  const follow = async (): Promise<void> => {
    while (files.length > 0 && !signal.aborted) {
      // Rejects only when the signal ends us.
      await clock.sleep(LOOK_MS, signal).catch(() => undefined);
      await look().catch((error: unknown) => {
        log('warn', 'a trust file was not taken', { reason: String(error) });
      });
    }
  };
  await look();
  return { done: follow() };
}

async function markOf(file: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
}

function trustError(file: string, reason: string, cause?: unknown): BenchError {
  return new BenchError('TRUST_FILE', `${file}: ${reason}`, {
    next: 'give a file that another OTA Bench wrote with --trust-out',
    cause,
  });
}
