import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it, onTestFinished } from 'vitest';
import { createBench } from './index.ts';

it('saves diagnostics without a password or a key of the bench, though a log tells them all', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ota-diagnostics-'));
  const logsDir = join(dir, 'logs');
  await mkdir(logsDir);
  const bench = await createBench({
    ...{ workspaceDir: join(dir, 'workspace'), host: 'headless', version: '1.2.3', logsDir },
    ...{ records: false, vins: ['VIN1234567890'], credentials: { ann: 'given-for-this-run' } },
  });
  onTestFinished(async () => {
    await bench.close();
    await rm(dir, { recursive: true });
  });
  const passwords = (await bench.client.settings.credentials()).map(({ password }) => password);
  const { key } = await bench.certificateFor('VIN1234567890');
  const lines = key.split('\n').filter((line) => line.length >= 24 && !line.startsWith('-'));
  const secrets = [...passwords, ...lines, 'given-for-this-run'];
  expect(secrets.length).toBeGreaterThan(4);
  await writeFile(join(logsDir, 'core.log'), `VIN1234567890 ${secrets.join(' ')}\nthe end\n`);
  const { base64, name, mime } = await bench.client.diagnostics.save();
  expect([name.endsWith('.zip'), mime]).toEqual([true, 'application/zip']);
  const files = unzipSync(Buffer.from(base64, 'base64'));
  const all = Object.values(files)
    .map((bytes) => strFromU8(bytes))
    .join('\n');
  for (const secret of secrets) expect(all).not.toContain(secret);
  expect(all).not.toContain('VIN1234567890');
  expect(strFromU8(files['logs/core.log']!)).toContain('the end');
  expect(JSON.parse(strFromU8(files['versions.json']!))).toMatchObject({ product: '1.2.3' });
});
