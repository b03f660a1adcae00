import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescaped } from '../../headless/cli/escaped.ts';
import { asShell } from './cli-shell.ts';

const AWKWARD = [
  ...['', ' ', '-', '--', '-VIN', '-a.b:c', '@x', '~', '~/x', '#', '*', '50% off %PATH%', '~22'],
  ...[`it's`, '"quoted"', '$HOME $(rm) `rm`', 'wow!', 'Jörg Größe', '“curly” „so“', 'a\'b"c'],
  ...['two\nlines\r\n', '\ttab', 'a\\', '\\\\server\\share', 'C:\\Users\\Jo Doe\\OTA Bench'],
  ...['{"version":"1","a":[1]}', 'a;b&c|d<e>f^g(h)', '日本 🚗', '\u202Eevil', 'a,b', '1e3', '='],
];

/** What the program is given by a shell of this machine. */
function givenBy(shell: string, text: string): string[] {
  const script = text.replace(/^ota-bench/, String.raw`printf '%s\0'`);
  const { stdout } = spawnSync(shell, [], { input: script, encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

/**
 * Split as cmd and the C runtime of Windows, and PowerShell, do: by spaces outside of double
 * quotes. What either reads inside of them is refused.
 */
function givenByWindows(text: string): string[] {
  expect(text).not.toMatch(/[$`%!\n\r\0]|[“”„]|\\"|\\\\/u);
  const words = text.match(/"[^"]*"|[^\s"]+/g) ?? [];
  for (const word of words.slice(1)) {
    // Outside of quotes only what neither gives a meaning; PowerShell splits -a.b and -a:b.
    if (!word.startsWith('"')) expect(word).toMatch(/^(?:-{0,2}[a-z0-9-]*|[\w./][\w./:=@-]*)$/i);
  }
  return words.slice(1).map((word) => word.replace(/^"([^]*)"$/, '$1'));
}

describe('a command as text', () => {
  it('is plain where it can be', () => {
    expect(asShell(['publish', '--workspace', '/home/a b', '--release', 'brake=r-1'])).toBe(
      'ota-bench publish --workspace "/home/a b" --release brake=r-1',
    );
    expect(asShell(['send', '--payload', '{"a":"50 %"}'])).toBe(
      'ota-bench --escaped send --payload "{~22a~22:~2250 ~25~22}"',
    );
  });

  it.skipIf(process.platform === 'win32').each(['bash', 'sh'])(
    'gives the program the same words when it is pasted into %s',
    (shell) => {
      // Interactive shells read ! in double quotes; a script does not.
      expect(asShell(AWKWARD)).not.toContain('!');
      for (const word of AWKWARD) {
        const given = givenBy(shell, asShell(['x', word]));
        expect(unescaped(given), word).toEqual(['x', word]);
      }
    },
  );

  it('leaves PowerShell and cmd nothing to read', () => {
    for (const word of AWKWARD) {
      expect(unescaped(givenByWindows(asShell(['x', word]))), word).toEqual(['x', word]);
    }
  });

  it('holds for any text that is one', () => {
    const text = fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed());
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (words) => {
        expect(unescaped(givenByWindows(asShell(['x', ...words])))).toEqual(['x', ...words]);
      }),
    );
  });

  it('is refused where its bytes are none', () => {
    expect(() => unescaped(['--escaped', 'a~2'])).toThrow('not as --escaped has it');
    expect(() => unescaped(['--escaped', '~FF'])).toThrow('not as --escaped has it');
    expect(unescaped(['x', 'a~2'])).toEqual(['x', 'a~2']);
  });
});
