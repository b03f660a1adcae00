import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resources } from './resources.ts';

const root = join(import.meta.dirname, '../..');

/** Written like a code, and none: the system's own, OpenSSL's, names of the environment and rules. */
const OTHERS = [
  /^(OTA_BENCH_|XDG_|ERR_|UNABLE_TO_|LEVEL_|LC_|TLS_(AES|CHACHA20)_)/,
  /^(ENOENT|ENOSPC|ENOTDIR|EAI_AGAIN|PORT_MESSAGE|FAILED|G[1-8])$/,
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/,
  /^(CERT_UNTRUSTED|CERT_HAS_EXPIRED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)$/,
];

/** Where a code can stand: any text of several words, a union of codes, and what is thrown. */
const PLACES = [
  /['"`]([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)['"`]/g,
  /\bcode: ['"]([A-Z][A-Z0-9_]+)['"]/g,
  /Error\(\s*['"]([A-Z][A-Z0-9_]+)['"]/g,
];

/** Code → a file that speaks of it. */
function codesOfTheProduct(): Map<string, string> {
  const found = new Map<string, string>();
  const take = (code: string | undefined, file: string): void => {
    if (code !== undefined && !OTHERS.some((other) => other.test(code))) found.set(code, file);
  };
  for (const folder of ['core', 'headless', 'electron', 'renderer']) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || !/(?<!\.test|\.testing|\.d)\.tsx?$/.test(entry.name)) continue;
      if (/[\\/](testing|tests|standin|\.cache)([\\/]|$)/.test(entry.parentPath)) continue;
      const file = join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      for (const place of PLACES) for (const [, code] of text.matchAll(place)) take(code, file);
      for (const [, union] of text.matchAll(/type \w*Code =([^;]*);/g)) {
        for (const [, code] of (union ?? '').matchAll(/'([A-Z][A-Z0-9_]+)'/g)) take(code, file);
      }
    }
  }
  const documented = readFileSync(join(root, 'docs/PROTOCOL.md'), 'utf8').split('## Refusal codes');
  for (const row of (documented[1] ?? '').split('\n').filter((line) => line.startsWith('| `'))) {
    for (const [, code] of (row.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]+)`/g)) {
      take(code, 'docs/PROTOCOL.md');
    }
  }
  return found;
}

describe('the words for codes in resources/help', () => {
  const codes = codesOfTheProduct();
  const explained = new Set(Object.keys(resources.en.codes));

  it('are there for every code of the product', () => {
    expect(codes.size).toBeGreaterThan(380);
    const missing = [...codes].filter(([code]) => !explained.has(code));
    expect(missing).toEqual([]);
  });

  it.each(['en', 'de'] as const)('say in %s what happened, why, and what to do now', (language) => {
    const unfit = Object.entries(resources[language].codes).filter(
      ([, { title, why, next }]) =>
        /[.!]$/.test(title) || title.length > 75 || !/[.!?]$/.test(why) || !/[.!?]$/.test(next),
    );
    expect(unfit.map(([code]) => code)).toEqual([]);
  });

  it.each(['en', 'de'])('have one page each in %s', (language) => {
    const text = readFileSync(join(root, 'resources/help', language, 'codes.json'), 'utf8');
    // Of two alike, JSON takes the last without a word.
    const names = [...text.matchAll(/^ {2}"(\w+)": \{$/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(400);
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  });
});
