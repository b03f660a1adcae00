import { t, spokenLanguage } from '../../i18n/index.ts';

/* The vehicle and the backend tell the steps of a rollback in English; what they say is known. */
const known: readonly [RegExp, (parts: readonly string[]) => string][] = [
  [
    /^Record bank (\S+) \((.*)\) as the one that (\S+) starts$/,
    ([bank = '', version = '', ecu = '']) => t('vehicles:plan.record', { bank, version, ecu }),
  ],
  [/^Start (\S+) again, (\d+) ms$/, ([ecu = '', ms = '']) => t('vehicles:plan.start', { ecu, ms })],
  [
    /^Run its self-test, (\d+) ms; if it fails, go back to (.*)$/,
    ([ms = '', version = '']) => t('vehicles:plan.test', { ms, version }),
  ],
  [
    /^Keep (.*) in bank (\S+) to return to$/,
    ([version = '', bank = '']) => t('vehicles:plan.keep', { version, bank }),
  ],
  [/^Send the vehicle a signed rollback command$/, () => t('vehicles:plan.send')],
  [
    /^It checks its banks itself, starts (.*) from bank (\S+) and tests it$/,
    ([version = '', bank = '']) => t('vehicles:plan.itself', { version, bank }),
  ],
];

/** A step of a rollback's plan in the language spoken; what is not known stays as it came. */
export function planWords(step: string): string {
  if (spokenLanguage() === 'en') return step;
  for (const [pattern, words] of known) {
    const found = pattern.exec(step);
    if (found !== null) return words(found.slice(1));
  }
  return step;
}
