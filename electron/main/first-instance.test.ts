import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { missingDeeper, missingPart } from './paths.ts';
import { inWords } from './refusal-words.ts';
import { workspaceWithin } from './workspace-place.ts';

// It is imported for two functions that ask Electron nothing.
vi.mock('electron', () => ({ app: {}, dialog: {} }));
const { whyNoLock } = await import('./first-instance.ts');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ota-first-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('takes a folder that can be written for one that another instance has, and leaves nothing in it', () => {
  expect(whyNoLock(dir)).toBeNull();
  expect(readdirSync(dir)).toEqual([]);
});

it.each([
  ['EROFS', 'WORKSPACE_READ_ONLY'],
  ['EACCES', 'WORKSPACE_READ_ONLY'],
  ['ENOSPC', 'DISK_FULL'],
  ['ENOENT', 'WORKSPACE_UNUSABLE'],
])('says of a folder with %s that it is %s, in both languages', (code, expected) => {
  const refusal = whyNoLock(dir, () => {
    throw Object.assign(new Error(`${code}: no`), { code });
  });
  expect(refusal).toMatchObject({ code: expected });
  const [en, de] = (['en', 'de'] as const).map((language) => inWords(refusal!, language));
  expect(en!.message).not.toBe(de!.message);
  for (const { detail } of [en!, de!]) expect(detail).toContain(`${code}: no\n${expected}`);
});

it('puts a workspace where one is or nothing is, and into a folder of its own elsewhere', () => {
  writeFileSync(join(dir, '.DS_Store'), '');
  expect(workspaceWithin(dir)).toBe(dir);
  writeFileSync(join(dir, 'letter.txt'), '');
  expect(workspaceWithin(dir)).toBe(join(dir, 'OTA Bench'));
  writeFileSync(join(dir, 'bench.db'), '');
  expect(workspaceWithin(dir)).toBe(dir);
  expect(workspaceWithin(join(dir, 'none'))).toBe(join(dir, 'none'));
});

it('names each file of the installation that is missing, also those that the others load', () => {
  const paths = {
    core: join(dir, 'core.js'),
    preload: join(dir, 'preload.cjs'),
    page: join(dir, 'page'),
    icons: dir,
  };
  mkdirSync(join(dir, 'page'));
  writeFileSync(join(dir, 'page/index.html'), '<script src="./assets/index-1.js"></script>');
  for (const file of [paths.preload, join(dir, 'chunk')]) writeFileSync(file, '');
  writeFileSync(
    paths.core,
    'import{a as b}from"./chunks/errors-CJQZFzWq.js"; // import("./no.js")',
  );
  expect(missingPart(paths)?.reason).toMatch(/page.assets.index-1\.js$/);
  mkdirSync(join(dir, 'page/assets'));
  writeFileSync(join(dir, 'page/assets/index-1.js'), '');
  expect(missingPart(paths)).toBeNull();
  expect(missingDeeper(paths)?.reason).toMatch(/: \S+chunks.errors-CJQZFzWq\.js$/);
});
