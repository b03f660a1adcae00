import { afterEach, expect, it } from 'vitest';
import { adviseVin } from '#core/protocol';
import { setLanguage } from '../../i18n/index.ts';
import { adviceWords } from './advice.ts';

afterEach(() => setLanguage('en'));

it.each(['SHORT', 'IOQIOQIOQIOQIOQIO', '1M8GDM9A0KP042788'])(
  'speaks both languages about %s',
  (vin) => {
    const told = adviseVin(vin);
    expect(told).not.toEqual([]);
    setLanguage('en');
    expect(told.map(adviceWords)).toEqual(told);
    setLanguage('de');
    for (const each of told) expect(adviceWords(each)).toMatch(/FIN|Prüfziffer|Ziffern/);
  },
);
