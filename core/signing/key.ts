import type { KeyObject } from 'node:crypto';

/** `hmac` is the compatibility mode [S3]: whoever holds its secret can forge. */
export type Algorithm = PublicAlgorithm | SecretAlgorithm;
export type PublicAlgorithm = 'EdDSA' | 'ES256';
export type SecretAlgorithm = 'HS256' | 'hmac';

/** A public key as RFC 7517 writes it; nothing in it is secret. */
export type PublicJwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };

/** What checks a signature. `material` is opaque: it neither prints nor serialises. */
export type VerifyKey =
  | {
      readonly alg: PublicAlgorithm;
      /** RFC 7638 thumbprint. */
      readonly kid: string;
      /** For people: `backend message key`. */
      readonly name: string;
      readonly jwk: PublicJwk;
      readonly material: KeyObject;
    }
  | {
      readonly alg: SecretAlgorithm;
      /** Derived by HMAC, so that it discloses nothing about the secret but equality. */
      readonly kid: string;
      readonly name: string;
      readonly material: KeyObject;
    };

/** What makes a signature. */
export type SigningKey = {
  readonly alg: Algorithm;
  readonly kid: string;
  readonly name: string;
  readonly material: KeyObject;
  /** Its other half; for HS256 and hmac the same secret. */
  readonly publicKey: VerifyKey;
};

/**
 * What a key may vouch for, so that a DCU's key cannot sign a release. `dcu:*` stands for every
 * vehicle and is meant for the one shared secret of HS256 and hmac.
 */
export type KeyUse = 'release' | 'backend' | 'gatekeeper' | 'report' | `dcu:${string}`;

const ANY_DCU: KeyUse = 'dcu:*';

export function mayServe(granted: readonly KeyUse[], use: KeyUse): boolean {
  return granted.includes(use) || (use.startsWith('dcu:') && granted.includes(ANY_DCU));
}
