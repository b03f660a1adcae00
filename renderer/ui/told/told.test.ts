import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setLanguage } from '../../i18n/index.ts';
import { asSentence, told } from './told.ts';

afterEach(() => {
  setLanguage('en');
});

describe('asSentence', () => {
  it.each([
    ['the other bank is empty', 'The other bank is empty.'],
    ['Choose the file.', 'Choose the file.'],
    ['releaseCounter 1 is below 2', 'releaseCounter 1 is below 2.'],
    ['issue_details is refused', 'issue_details is refused.'],
    ['', ''],
  ])('%j → %j', (text, wanted) => {
    expect(asSentence(text)).toBe(wanted);
  });
});

describe('a sentence of the core', () => {
  beforeEach(() => {
    setLanguage('de');
  });

  it('is as it was said in English', () => {
    setLanguage('en');
    expect(told('the other bank is empty')).toBe('the other bank is empty');
  });

  it.each([
    // With the values as they are written here.
    [
      'the supply has 9800 mV, the release asks for 11500 mV',
      'Die Bordspannung beträgt 9,8 V, die Freigabe verlangt 11,5 V',
    ],
    [
      '1536 bytes are free, the release needs 34359738368',
      'Frei sind 1,5 KiB, die Freigabe braucht 32 GiB',
    ],
    // A reason within a reason, each known by itself.
    [
      'Rolled back to the previous firmware: the supply has 9800 mV, the ECU is written to between 11000 and 14500 mV.',
      'Auf die vorherige Firmware zurückgesetzt: Die Bordspannung beträgt 9,8 V. Das Steuergerät wird zwischen 11,0 V und 14,5 V beschrieben',
    ],
    // Within a known one, what is not known stays as it came.
    ['bank A is unreadable: EIO, read', 'Bank A ist nicht lesbar: EIO, read'],
    ['the other bank is empty', 'Die andere Bank ist leer'],
    // Several of them, each known by itself.
    [
      'a.b is "completed"; a.c is 3; expected at least 4',
      'a.b ist "completed"; a.c ist 3; erwartet: mindestens 4',
    ],
  ])('%s', (english, german) => {
    expect(told(english)).toBe(german);
  });

  it.each([
    'the door is ajar',
    'the other bank is full of bees',
    '',
    // What pretends to be one and is none: a number is wanted there.
    'the supply has <b> mV, the release asks for 11500 mV',
    `bank ${'A '.repeat(5_000)} is unreadable: x`,
  ])('stays as it came where it is not known: %.40s', (english) => {
    expect(told(english)).toBe(english);
  });
});
