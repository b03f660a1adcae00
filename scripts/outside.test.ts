import { expect, it } from 'vitest';
import { needDebian } from './outside.mjs';

it('skips nothing on Linux, and elsewhere what drives programs of Debian', () => {
  expect(needDebian('linux')).toEqual([]);
  const elsewhere = needDebian('win32');
  expect(elsewhere).toContain('core/link/mosquitto.int.test.ts');
  expect(elsewhere).toContain('headless/kill.int.test.ts');
  // The shell's own tests are what those systems are there for.
  expect(elsewhere.filter((file) => file.startsWith('electron/tests/shell'))).toEqual([]);
});
