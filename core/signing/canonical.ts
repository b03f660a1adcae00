import canonicalize from 'canonicalize';
import { assertSignable } from '#core/protocol';

/**
 * [S1] What is signed: the RFC 8785 text of the object without its own `signature` and `hmac`.
 * Objects inside, such as a manifest, keep theirs.
 *
 * @throws ProtocolError [P1] NON_INTEGER, NON_ASCII_NAME, LONE_SURROGATE, TOO_DEEP, NOT_JSON
 */
export function canonicalText(object: Readonly<Record<string, unknown>>): string {
  const content = withoutSignature(object);
  assertSignable(content);
  return canonicalize(content) ?? '';
}

export function canonicalBytes(object: Readonly<Record<string, unknown>>): Uint8Array {
  return new Uint8Array(Buffer.from(canonicalText(object), 'utf8'));
}

export function withoutSignature(
  object: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // fromEntries defines its members, so that one named `__proto__` stays a member.
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => name !== 'signature' && name !== 'hmac'),
  );
}
