import { isCodedError } from '#core/ports';
import { decodePayload, type JsonObject } from '#core/protocol';

/** A detached JWS taken apart, nothing in it believed yet. */
export type DetachedJws = {
  readonly header: { alg: string; kid: string | null; typ: string | null; crit: boolean };
  /** base64url as received; what was signed. */
  readonly protectedPart: string;
  readonly signaturePart: string;
};

/** `header..signature`; an empty signature is let through so that `none` is named as such. */
const DETACHED = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]*)$/;

/** Takes `signature` apart, or says in one phrase why it is not a detached JWS. */
export function readDetachedJws(signature: unknown): DetachedJws | { fault: string } {
  if (typeof signature !== 'string') return { fault: '`signature` is not a string' };
  const [, protectedPart, signaturePart] = DETACHED.exec(signature) ?? [];
  if (protectedPart === undefined || signaturePart === undefined) {
    return { fault: '`signature` is not of the form header..signature' };
  }
  // Unused trailing bits would let one signature be written in several ways.
  if (!isCanonicalBase64url(protectedPart) || !isCanonicalBase64url(signaturePart)) {
    return { fault: '`signature` is not canonical base64url' };
  }
  const header = readHeader(protectedPart);
  if ('fault' in header) return { fault: `protected header: ${header.fault}` };
  const { alg, kid, typ } = header.value;
  if (typeof alg !== 'string') return { fault: 'the protected header names no `alg`' };
  return {
    header: {
      alg,
      kid: typeof kid === 'string' ? kid : null,
      typ: typeof typ === 'string' ? typ : null,
      crit: 'crit' in header.value || 'b64' in header.value,
    },
    protectedPart,
    signaturePart,
  };
}

/** The header is read as strictly as a payload: `alg` given twice is two algorithms. */
function readHeader(part: string): { value: JsonObject } | { fault: string } {
  try {
    return { value: decodePayload(Buffer.from(part, 'base64url')) };
  } catch (error) {
    if (isCodedError(error)) return { fault: error.reason };
    throw error;
  }
}

function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}
