import { createHash } from 'node:crypto';

/*
 * How a secret lies in a keychain whose entries are short texts.
 *
 * A *head* is stored under the secret's name. A small secret is written into the head itself; of
 * a large one the head names a generation, the number of its parts and the hash of the whole. So
 * whichever it is, one write of the head switches from the old value to the new one: parts of a
 * generation the head does not name are litter.
 */

/**
 * Windows takes 2,560 bytes for each entry (CRED_MAX_CREDENTIAL_BLOB_SIZE); the rest is left
 * for what a keychain may add of its own.
 */
export const ENTRY_LIMIT = 2_400;

const INLINE = 'inline:';
const INLINE_LIMIT = ENTRY_LIMIT - INLINE.length;

export type Head =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'parts';
      readonly generation: string;
      readonly count: number;
      readonly sha256: string;
    };

export function readHead(text: string): Head | null {
  if (text.startsWith(INLINE)) {
    const encoded = text.slice(INLINE.length);
    const bytes = Buffer.from(encoded, 'base64');
    return bytes.toString('base64') === encoded
      ? { kind: 'inline', bytes: Uint8Array.from(bytes) }
      : null;
  }
  const match = /^parts:([0-9a-f]{1,16}):(\d{1,4}):([0-9a-f]{64})$/.exec(text);
  if (match === null) return null;
  const [, generation = '', count, sha256 = ''] = match;
  return { kind: 'parts', generation, count: Number(count), sha256 };
}

/** The head alone for a small secret, else the head and the parts it names. */
export function split(
  bytes: Uint8Array,
  generation: string,
): { readonly head: string; readonly parts: readonly string[] } {
  const encoded = Buffer.from(bytes).toString('base64');
  if (encoded.length <= INLINE_LIMIT) return { head: INLINE + encoded, parts: [] };
  const parts: string[] = [];
  for (let at = 0; at < encoded.length; at += ENTRY_LIMIT) {
    parts.push(encoded.slice(at, at + ENTRY_LIMIT));
  }
  return { head: `parts:${generation}:${parts.length}:${sha256(bytes)}`, parts };
}

/** The secret, or null when the parts are not those the head was written for. */
export function join(
  head: Extract<Head, { kind: 'parts' }>,
  parts: readonly (string | null)[],
): Uint8Array | null {
  if (parts.some((part) => part === null)) return null;
  const bytes = Uint8Array.from(Buffer.from(parts.join(''), 'base64'));
  return sha256(bytes) === head.sha256 ? bytes : null;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Which account is what: `{workspace}/{name}` and `{workspace}/{name}#{generation}.{part}`. */
export type Accounts = {
  head(name: string): string;
  part(name: string, generation: string, index: number): string;
  /** Null for an account of another workspace, or none of ours. */
  parse(
    account: string,
  ): { name: string; part: { generation: string; index: number } | null } | null;
};

export function accountsOf(workspaceId: string): Accounts {
  // Encoded, neither holds a '/' or '#': no workspace's prefix is the start of another's.
  const prefix = `${encoded(workspaceId)}/`;
  const head = (name: string): string => prefix + encoded(name);
  return {
    head,
    part: (name, generation, index) => `${head(name)}#${generation}.${index}`,
    parse: (account) => {
      if (!account.startsWith(prefix)) return null;
      const match = /^([^/#]+)(?:#([0-9a-f]{1,16})\.(\d{1,4}))?$/.exec(
        account.slice(prefix.length),
      );
      if (match?.[1] === undefined) return null;
      const name = decoded(match[1]);
      if (name === null) return null;
      const [, , generation, index] = match;
      return {
        name,
        part: generation === undefined ? null : { generation, index: Number(index) },
      };
    },
  };
}

/** Without capitals: a keychain that ignores case would take VIN1 and vin1 for one entry. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/%[0-9A-F]{2}|[A-Z]/g, (found) =>
    found.startsWith('%') ? found.toLowerCase() : `%${found.charCodeAt(0).toString(16)}`,
  );
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
