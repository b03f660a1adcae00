import {
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
} from 'node:crypto';
import type { Random } from '#core/ports';
import { SigningError } from './errors.ts';
import type { Algorithm, PublicJwk, SecretAlgorithm, SigningKey } from './key.ts';
import { importPublicJwk } from './public-key.ts';

/** RFC 7518 section 3.2: a key for HS256 has at least as many bits as its hash. */
const HS256_SECRET_MIN_BYTES = 32;
/** 128 bits: what a short compatibility script may use and nobody guesses. */
const HMAC_SECRET_MIN_BYTES = 16;
const PRIVATE_KEY_BYTES = 32;
/** A random number misses P-256's range once in 2^32; a stuck generator would miss it for ever. */
const P256_TRIES = 8;
/** RFC 8410 section 7: PKCS #8 around a bare 32-byte Ed25519 seed. */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A fresh key from `random`; `name` is for people. */
export async function generateKey(
  alg: Algorithm,
  name: string,
  random: Random,
): Promise<SigningKey> {
  switch (alg) {
    case 'EdDSA':
      return Promise.resolve(ed25519Key(name, random.bytes(PRIVATE_KEY_BYTES)));
    case 'ES256':
      return Promise.resolve(p256Key(name, random));
    case 'HS256':
    case 'hmac':
      return Promise.resolve(importSecret(alg, name, random.bytes(HS256_SECRET_MIN_BYTES)));
  }
}

/**
 * A shared secret; a script's text key is its UTF-8 bytes.
 * @throws SigningError SECRET_TOO_SHORT; KEY_TYPE for what is somebody's key file, not a secret
 */
export function importSecret(alg: SecretAlgorithm, name: string, bytes: Uint8Array): SigningKey {
  const least = alg === 'HS256' ? HS256_SECRET_MIN_BYTES : HMAC_SECRET_MIN_BYTES;
  if (bytes.byteLength < least) {
    throw new SigningError(
      'SECRET_TOO_SHORT',
      `the ${alg} secret has ${String(bytes.byteLength)} bytes, at least ${String(least)} are needed`,
    );
  }
  refuseKeyFile(bytes);
  const material = createSecretKey(bytes);
  const kid = createHmac('sha256', material).update(`ota-bench key id ${alg}`).digest('base64url');
  return { alg, kid, name, material, publicKey: { alg, kid, name, material } };
}

/**
 * A key pair as a JWK with its private part, for a vault and for nothing else.
 * @throws SigningError KEY_TYPE for HS256 and hmac, whose secret is no pair
 */
export function exportPrivateJwk(key: SigningKey): object {
  if (key.alg === 'HS256' || key.alg === 'hmac') {
    throw new SigningError('KEY_TYPE', `${key.name} is a shared secret and no key pair`);
  }
  return key.material.export({ format: 'jwk' });
}

/**
 * What `exportPrivateJwk` gave; the public half is worked out anew.
 * @throws SigningError KEY_MALFORMED
 */
export function importPrivateJwk(jwk: unknown, name: string): SigningKey {
  try {
    const material = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    const half = createPublicKey(material).export({ format: 'jwk' });
    return pair(name, material, half as PublicJwk);
  } catch (cause) {
    throw new SigningError('KEY_MALFORMED', 'not an Ed25519 or P-256 private JWK', cause);
  }
}

/** The classic confusion: a published key, whose text everybody has, taken for a secret. */
function refuseKeyFile(bytes: Uint8Array): void {
  const head = Buffer.from(bytes).toString('utf8').trimStart();
  if (!head.startsWith('-----BEGIN') && !/^\{[^]*"kty"/.test(head)) return;
  throw new SigningError('KEY_TYPE', 'a PEM or JWK file was given where a secret belongs');
}

function ed25519Key(name: string, seed: Uint8Array): SigningKey {
  const material = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x } = material.export({ format: 'jwk' });
  return pair(name, material, { kty: 'OKP', crv: 'Ed25519', x: x ?? '' });
}

function p256Key(name: string, random: Random): SigningKey {
  const { d, point } = p256Scalar(random);
  const jwk: PublicJwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const key = { ...jwk, d: Buffer.from(d).toString('base64url') };
  return pair(name, createPrivateKey({ key, format: 'jwk' }), jwk);
}

function p256Scalar(random: Random): { d: Uint8Array; point: Buffer } {
  const curve = createECDH('prime256v1');
  for (let attempt = 1; ; attempt += 1) {
    const d = random.bytes(PRIVATE_KEY_BYTES);
    try {
      curve.setPrivateKey(d);
      return { d, point: curve.getPublicKey() };
    } catch (cause) {
      if (attempt === P256_TRIES) {
        throw new SigningError('KEY_MALFORMED', 'the random source gave no P-256 key', cause);
      }
    }
  }
}

function pair(name: string, material: SigningKey['material'], jwk: PublicJwk): SigningKey {
  const publicKey = importPublicJwk(jwk, name);
  return { alg: publicKey.alg, kid: publicKey.kid, name, material, publicKey };
}
