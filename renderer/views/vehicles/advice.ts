import { t } from '../../i18n/index.ts';

/** The three sentences of the core about a VIN, which come in English, in the language spoken. */
export function adviceWords(advice: string): string {
  const length = /^A road vehicle's VIN has (\d+) characters, this has (\d+)\.$/.exec(advice);
  if (length !== null) {
    return t('vehicles:advice.length', { wanted: length[1] ?? '', found: length[2] ?? '' });
  }
  const letters = /^ISO 3779 uses .*; found (.+)\.$/u.exec(advice);
  if (letters !== null) return t('vehicles:advice.letters', { found: letters[1] ?? '' });
  const digit = /^The check digit .* would be (.), found (.)\./u.exec(advice);
  if (digit !== null) {
    return t('vehicles:advice.digit', { wanted: digit[1] ?? '', found: digit[2] ?? '' });
  }
  return advice;
}
