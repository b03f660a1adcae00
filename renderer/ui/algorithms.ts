import type { SigningAlgorithm } from '#core/contract';

/** What each algorithm is, and what follows from choosing it. */
export const algorithmWords: Record<SigningAlgorithm, { label: string; says: string }> = {
  EdDSA: {
    label: 'EdDSA (Ed25519)',
    says: 'A key pair. Who verifies cannot sign. The standard choice.',
  },
  ES256: {
    label: 'ES256 (P-256)',
    says: 'A key pair, for hardware security modules without Ed25519. Who verifies cannot sign.',
  },
  HS256: {
    label: 'HS256 (shared secret)',
    says: 'One secret shared by all: whoever holds the key can forge every message.',
  },
  hmac: {
    label: 'hmac (compatibility)',
    says: 'A bare hex HMAC-SHA256, as a short script computes it: whoever holds the key can forge every message.',
  },
};

const algorithms: readonly SigningAlgorithm[] = ['EdDSA', 'ES256', 'HS256', 'hmac'];

export const algorithmChoices: readonly { value: SigningAlgorithm; label: string }[] =
  algorithms.map((value) => ({ value, label: algorithmWords[value].label }));

/** A choice of a list as an algorithm; null for anything else. */
export function asAlgorithm(value: string | null): SigningAlgorithm | null {
  return algorithms.find((algorithm) => algorithm === value) ?? null;
}

/** True where one secret both signs and verifies. */
export function isShared(algorithm: SigningAlgorithm): boolean {
  return algorithm === 'HS256' || algorithm === 'hmac';
}
