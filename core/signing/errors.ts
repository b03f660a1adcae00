import { CodedError } from '#core/ports';
import type { ProtocolErrorCode } from '#core/protocol';

/** [S2] each way in which a signature or a key is refused has a code of its own. */
export type SigningErrorCode =
  // the signature as written
  | 'SIGNATURE_MALFORMED'
  | 'SIGNATURE_AND_HMAC'
  | 'ALG_NONE'
  | 'ALG_UNEXPECTED'
  | 'HMAC_UNEXPECTED'
  | 'CRIT_UNSUPPORTED'
  | 'TYP_MISMATCH'
  // the key it names
  | 'KEY_UNKNOWN'
  | 'KEY_TYPE'
  | 'KEY_USE'
  // the mathematics
  | 'SIGNATURE_INVALID'
  // no signature at all, where the policy wants one [S4]
  | 'UNSIGNED'
  // keys as they come in
  | 'KEY_MALFORMED'
  | 'KEY_PRIVATE'
  | 'SECRET_TOO_SHORT'
  | 'KEY_STORE_DAMAGED';

/** Content that cannot be signed [P1] keeps the protocol's own code. */
export type VerdictCode = SigningErrorCode | ProtocolErrorCode;

export class SigningError extends CodedError<SigningErrorCode> {
  constructor(code: SigningErrorCode, reason: string, cause?: unknown) {
    super(code, reason, { next: nextStep(code), ...(cause === undefined ? {} : { cause }) });
  }
}

const NEXT: Readonly<Record<SigningErrorCode, string>> = {
  SIGNATURE_MALFORMED:
    'Send a detached compact JWS ("header..signature"), or 64 lower-case hex characters in `hmac`.',
  SIGNATURE_AND_HMAC: 'Send either `signature` or `hmac`, never both.',
  ALG_NONE: 'Sign the message; "none" is never accepted.',
  ALG_UNEXPECTED: 'Sign with an algorithm that this verifier accepts, or add it in Settings.',
  HMAC_UNEXPECTED: 'Sign with `signature`, or choose the hmac compatibility mode in Settings.',
  CRIT_UNSUPPORTED: 'Sign without the `crit` header parameter.',
  TYP_MISMATCH:
    'Sign this kind of message with its own `typ`; do not move signatures between kinds.',
  KEY_UNKNOWN: 'Add the sender’s public key under Trust, or sign with a key known there.',
  KEY_TYPE: 'Use the algorithm the key was made for; a public key is never an HMAC secret.',
  KEY_USE: 'Sign with the key that belongs to this sender and this purpose.',
  SIGNATURE_INVALID: 'Sign the message again after its last change, with the key it names.',
  UNSIGNED: 'Sign the message, or set this verifier’s policy to `warn` or `off`.',
  KEY_MALFORMED: 'Give a public JWK: OKP/Ed25519 or EC/P-256.',
  KEY_PRIVATE: 'Remove the private part (`d`) and treat that key as disclosed.',
  SECRET_TOO_SHORT: 'Use a longer random secret.',
  KEY_STORE_DAMAGED: 'Remove the key under Trust and add it again.',
};

/** What a reader can do about a refused signature. */
export function nextStep(code: VerdictCode): string {
  return code in NEXT
    ? NEXT[code as SigningErrorCode]
    : 'Mend the content of the message and sign it again.';
}
