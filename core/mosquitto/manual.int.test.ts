import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importMosquitto } from './index.ts';
import { SUPPORTED, meaningOf } from './options.ts';

/* Every option that Debian's Mosquitto 2.0 documents is either taken over or explained. */

const known = (option: string): boolean => SUPPORTED.has(option) || meaningOf(option) !== null;

/** What stands first in a line of the manual's lists; prose begins further right, or with a plain word. */
function optionsOfManual(): string[] {
  const env = { ...process.env, MANWIDTH: '300', LC_ALL: 'C' };
  const page = execFileSync('man', ['mosquitto.conf'], { env, encoding: 'utf8' });
  const single = 'address|cafile|capath|certfile|ciphers|connection|keyfile|listener|plugin|port';
  const more = 'protocol|topic|user|crlfile|dhparamfile|notifications|threshold|cleansession';
  const heads = page.matchAll(
    new RegExp(`^ {7}([a-z]+_[a-z0-9_.]+|${single}|${more})(?= |$)`, 'gm'),
  );
  return [...new Set([...heads].map(([, option = '']) => option))];
}

describe('the table of options', () => {
  it('knows each one of the manual', () => {
    const options = optionsOfManual();
    expect(options.length).toBeGreaterThan(80);
    expect(options.filter((option) => !known(option))).toEqual([]);
  });

  it('knows each one of the example configuration', () => {
    const text = readFileSync('/usr/share/doc/mosquitto/examples/mosquitto.conf', 'utf8');
    const lines = [...text.matchAll(/^#([a-z][a-z0-9_.]+)( [^ ]+)?$/gm)];
    expect(lines.length).toBeGreaterThan(70);
    expect(lines.map(([, option = '']) => option).filter((option) => !known(option))).toEqual([]);
    expect(importMosquitto(text).unsupported).toEqual([]);
  });
});
