import type { SigningAlgorithm } from '#core/contract';
import { t } from '../i18n/index.ts';

/** What each algorithm is, and what follows from choosing it. */
export function algorithmWords(algorithm: SigningAlgorithm): { label: string; says: string } {
  return {
    label: t(`ui:algorithm.${algorithm}.label`),
    says: t(`ui:algorithm.${algorithm}.says`),
  };
}

const algorithms: readonly SigningAlgorithm[] = ['EdDSA', 'ES256', 'HS256', 'hmac'];

export function algorithmChoices(): { value: SigningAlgorithm; label: string }[] {
  return algorithms.map((value) => ({ value, label: algorithmWords(value).label }));
}

/** A choice of a list as an algorithm; null for anything else. */
export function asAlgorithm(value: string | null): SigningAlgorithm | null {
  return algorithms.find((algorithm) => algorithm === value) ?? null;
}

/** True where one secret both signs and verifies. */
export function isShared(algorithm: SigningAlgorithm): boolean {
  return algorithm === 'HS256' || algorithm === 'hmac';
}
