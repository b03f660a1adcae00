import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TempDir, tempDir } from '#core/testing';
import { passwordLine } from './passwords.ts';

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

describe('the passwd file', () => {
  it.each(['x', 'pass wörd ✓', 'y'.repeat(1_024), '$7$101$:'])(
    'is byte for byte what mosquitto_passwd makes of %j with the same salt',
    (password) => {
      const file = dir.join('passwd');
      writeFileSync(file, '');
      execFileSync('mosquitto_passwd', ['-b', file, 'VIN 1', password]);
      const theirs = readFileSync(file, 'utf8');
      const [, salt = ''] = /^VIN 1:\$7\$101\$([^$]+)\$/.exec(theirs) ?? [];
      const bytes = Buffer.from(salt, 'base64');
      expect(bytes).toHaveLength(12);
      expect(passwordLine('VIN 1', password, bytes)).toBe(theirs);
    },
  );

  it('is one that mosquitto_passwd changes, as the README says', () => {
    const file = dir.join('passwd');
    const [one, other] = ['backend', 'VIN1'].map((user) =>
      passwordLine(user, 'x', Buffer.alloc(12, 7)),
    );
    writeFileSync(file, `${one!}${other!}`);
    execFileSync('mosquitto_passwd', ['-b', file, 'VIN1', 'y']);
    const [kept, changed, ...more] = readFileSync(file, 'utf8').split('\n');
    expect(`${kept!}\n`).toBe(one);
    expect(changed).toMatch(/^VIN1:\$7\$101\$/);
    expect(`${changed!}\n`).not.toBe(other);
    expect(more).toEqual(['']);
  });
});
