import { timingSafeEqual } from 'node:crypto';
import { errors, flattenedVerify } from 'jose';
import { ProtocolError } from '#core/protocol';
import { canonicalBytes } from './canonical.ts';
import type { VerdictCode } from './errors.ts';
import { readDetachedJws, type DetachedJws } from './header.ts';
import { mayServe, type Algorithm, type KeyUse } from './key.ts';
import type { KeyRing } from './key-ring.ts';
import type { RingEntry } from './stored-keys.ts';
import { hmacHex } from './sign.ts';
import type { Typ } from './typ.ts';

export type Verdict =
  | { readonly kind: 'valid'; readonly kid: string; readonly alg: Algorithm; readonly name: string }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'invalid'; readonly code: VerdictCode; readonly detail: string };

export type VerifyOptions = {
  readonly typ: Typ;
  /** [S2] everything else is refused, whatever the message says of itself. */
  readonly algorithms: readonly Algorithm[];
  readonly keys: KeyRing;
  /** Whose signature this must be. */
  readonly use: KeyUse;
};

/** [S2] Whether the object's own `signature` or `hmac` holds. Never throws for what was sent. */
export async function verifyObject(
  object: Readonly<Record<string, unknown>>,
  options: VerifyOptions,
): Promise<Verdict> {
  const signed = object['signature'] !== undefined;
  const compatible = object['hmac'] !== undefined;
  if (!signed && !compatible) return { kind: 'unsigned' };
  if (signed && compatible) {
    return invalid('SIGNATURE_AND_HMAC', 'the message carries both `signature` and `hmac`');
  }
  try {
    const bytes = canonicalBytes(object);
    return signed
      ? await verifySignature(object['signature'], bytes, options)
      : verifyHmac(object['hmac'], bytes, options);
  } catch (error) {
    // [P1] The content has no canonical form, so that no signature can hold for it.
    if (error instanceof ProtocolError) return invalid(error.code, error.reason);
    throw error;
  }
}

async function verifySignature(
  signature: unknown,
  payload: Uint8Array,
  options: VerifyOptions,
): Promise<Verdict> {
  const jws = readDetachedJws(signature);
  if ('fault' in jws) return invalid('SIGNATURE_MALFORMED', jws.fault);
  const entry = chooseKey(jws, options);
  if ('kind' in entry) return entry;
  return (await holds(jws, payload, entry))
    ? valid(entry)
    : invalid('SIGNATURE_INVALID', `the content is not what ${entry.key.name} signed`);
}

/** The key a signature names, once everything it claims of itself is agreed to. */
function chooseKey(
  { header, signaturePart }: DetachedJws,
  options: VerifyOptions,
): RingEntry | Verdict {
  const { alg, kid, typ } = header;
  if (alg.toLowerCase() === 'none') return invalid('ALG_NONE', 'the signature says "none"');
  if (signaturePart === '') return invalid('SIGNATURE_MALFORMED', 'the signature is empty');
  if (header.crit) return invalid('CRIT_UNSUPPORTED', 'the signature demands an extension');
  // `hmac` names our compatibility mode, not a JWS algorithm.
  if (alg === 'hmac' || !options.algorithms.some((accepted) => accepted === alg)) {
    const accepted = options.algorithms.join(', ') || 'none';
    return invalid('ALG_UNEXPECTED', `signed with ${quote(alg)}, accepted: ${accepted}`);
  }
  if (typ !== options.typ) {
    return invalid('TYP_MISMATCH', `signed as ${quote(typ ?? '')}, expected ${options.typ}`);
  }
  if (kid === null) return invalid('KEY_UNKNOWN', 'the signature names no key');
  const entry = options.keys.find(kid);
  if (entry === null) return invalid('KEY_UNKNOWN', `no key ${quote(kid)} is known here`);
  if (entry.key.alg !== alg) {
    return invalid('KEY_TYPE', `${entry.key.name} is for ${entry.key.alg}, not ${alg}`);
  }
  return mayServe(entry.uses, options.use) ? entry : wrongUse(entry, options.use);
}

async function holds(jws: DetachedJws, payload: Uint8Array, { key }: RingEntry): Promise<boolean> {
  try {
    await flattenedVerify(
      {
        protected: jws.protectedPart,
        payload: Buffer.from(payload).toString('base64url'),
        signature: jws.signaturePart,
      },
      key.material,
      { algorithms: [key.alg] },
    );
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}

/** [S3] The compatibility mode names no key, so each that may serve is tried. */
function verifyHmac(hmac: unknown, payload: Uint8Array, options: VerifyOptions): Verdict {
  if (typeof hmac !== 'string' || !/^[0-9a-f]{64}$/.test(hmac)) {
    return invalid('SIGNATURE_MALFORMED', '`hmac` is not 64 lower-case hex characters');
  }
  if (!options.algorithms.includes('hmac')) {
    const accepted = options.algorithms.join(', ') || 'none';
    return invalid('HMAC_UNEXPECTED', `the message carries \`hmac\`, accepted: ${accepted}`);
  }
  const entries = options.keys.secrets('hmac');
  const [first] = entries;
  if (first === undefined) return invalid('KEY_UNKNOWN', 'no hmac secret is set here');
  const allowed = entries.filter((entry) => mayServe(entry.uses, options.use));
  if (allowed.length === 0) return wrongUse(first, options.use);
  const found = Buffer.from(hmac, 'hex');
  const match = allowed.find(({ key }) =>
    timingSafeEqual(found, Buffer.from(hmacHex(key, payload), 'hex')),
  );
  return match === undefined
    ? invalid('SIGNATURE_INVALID', 'the hmac is not that of the content under a secret known here')
    : valid(match);
}

function valid({ key }: RingEntry): Verdict {
  return { kind: 'valid', kid: key.kid, alg: key.alg, name: key.name };
}

function invalid(code: VerdictCode, detail: string): Verdict {
  return { kind: 'invalid', code, detail };
}

function wrongUse(entry: RingEntry, use: KeyUse): Verdict {
  return invalid('KEY_USE', `${entry.key.name} may sign for ${entry.uses.join(', ')}, not ${use}`);
}

/** What a stranger wrote, shortened for a log line. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
