import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { locale, setLanguage, spokenLanguage, startLanguage, t } from './index.ts';

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  setLanguage('en');
});

const onSystem = (...languages: string[]): void => {
  vi.stubGlobal('navigator', { languages });
};

describe('the language of the window', () => {
  it.each([
    [['de-AT', 'en-US'], 'de', 'de-AT'],
    [['fr-FR', 'en-GB'], 'en', 'en-GB'],
    [['fr-FR'], 'en', 'en'],
  ])('is the first of the system that there is: %s', (system, language, tag) => {
    onSystem(...system);
    expect([startLanguage(), spokenLanguage(), locale()]).toEqual(['auto', language, tag]);
  });

  it('stays what was chosen, over a restart, until the system is to decide again', () => {
    onSystem('de-DE');
    setLanguage('en');
    expect([startLanguage(), spokenLanguage(), t('ui:close')]).toEqual(['en', 'en', 'Close']);
    setLanguage('auto');
    expect([startLanguage(), spokenLanguage(), t('ui:close')]).toEqual(['auto', 'de', 'Schließen']);
  });

  it("is the system's where what was kept is no language", () => {
    onSystem('de-DE');
    kept.set('ota-bench-language', 'klingon');
    expect([startLanguage(), spokenLanguage()]).toEqual(['auto', 'de']);
  });
});
