import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isOurPage, servePage } from './page.ts';

let folder: string;
let serve: (request: Request) => Promise<Response>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ota-page-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await mkdir(join(folder, 'renderer-secret'));
  await writeFile(join(folder, 'renderer/index.html'), '<!doctype html>');
  await writeFile(join(folder, 'renderer/assets/a b.js'), 'export {};');
  await writeFile(join(folder, 'renderer/assets/key.pem'), 'not for the page');
  await writeFile(join(folder, 'secret.js'), 'secret');
  await writeFile(join(folder, 'renderer-secret/x.js'), 'secret');
  serve = servePage(join(folder, 'renderer'));
});
afterAll(() => rm(folder, { recursive: true }));

const get = (url: string, method = 'GET'): Promise<Response> => serve(new Request(url, { method }));

it.each([
  ['app://bench/', 'text/html; charset=utf-8'],
  ['app://bench/index.html?x=1#y', 'text/html; charset=utf-8'],
  ['app://bench/assets/a%20b.js', 'text/javascript; charset=utf-8'],
])('serves %s as %s', async (url, type) => {
  const response = await get(url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
});

it.each([
  'app://bench/../secret.js',
  'app://bench/%2e%2e/secret.js',
  'app://bench/..%2fsecret.js',
  'app://bench/assets/..%2f..%2fsecret.js',
  'app://bench/..%2frenderer-secret%2fx.js',
  'app://bench/..%5csecret.js',
  'app://bench/%2fetc%2fpasswd',
  'app://bench/assets/a%20b.js%00.html',
  'app://bench/c:%2fwindows%2fwin.js',
  'app://bench/%E0%A4%A',
  'app://other/index.html',
  'app://bench/assets',
  'app://bench/assets/key.pem',
  'app://bench/none.js',
])('refuses %s', async (url) => {
  const response = await get(url);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('not found');
});

it('refuses every method but GET and HEAD, and answers HEAD without a body', async () => {
  expect((await get('app://bench/', 'POST')).status).toBe(405);
  const head = await get('app://bench/', 'HEAD');
  expect(head.status).toBe(200);
  expect(await head.text()).toBe('');
});

it('sets the content policy and nosniff on every answer', async () => {
  for (const url of ['app://bench/', 'app://bench/none.js']) {
    const { headers } = await get(url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

it('knows our own page from every other', () => {
  expect(isOurPage('app://bench/')).toBe(true);
  expect(isOurPage('app://bench/index.html#/compose')).toBe(true);
  for (const other of [
    'app://bench/assets/x.html',
    'app://bench:1/',
    'https://bench/',
    'app:bench',
    '',
  ]) {
    expect(isOurPage(other), other).toBe(false);
  }
});
