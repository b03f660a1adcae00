import { createHash, randomBytes } from 'node:crypto';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from './fixtures/test.ts';
import type { Window } from './pages/window.ts';

type Issue = {
  version: string;
  description: string;
  signature: string;
  manifest: { firmware: { name: string; sha256: string; length: number } };
};

test('own firmware: exact message, published as shown, installed, rolled back; drops are taken or refused by name', async ({
  bench,
  workspace,
}) => {
  await bench.runDemo();
  await bench.show('vehicles');
  const before = await bench.activeBank('engine').locator('.bank-version').textContent();

  const image = randomBytes(3_000_017);
  const sha256 = createHash('sha256').update(image).digest('hex');
  const description = 'Smoother idle — größer, 更好';
  await bench.compose({
    file: { name: 'engine-7.bin', mimeType: 'application/octet-stream', buffer: image },
    version: '7.1.0',
    description,
    ecu: 'engine',
  });
  await expect(bench.page.getByTestId('compose-publish')).toBeEnabled();
  const shown = await bench.exactPayload();
  const issue = JSON.parse(shown) as Issue;
  expect(issue).toMatchObject({ version: '7.1.0', description });
  expect(issue.signature).toMatch(/^[\w-]+\.\.[\w-]+$/);
  expect(issue.manifest.firmware).toEqual({ name: 'engine-7.bin', sha256, length: image.length });

  await bench.page.getByTestId('compose-publish').click();
  await bench.reaches('completed', '7.1.0');

  await bench.filterTraffic('vehicle/updates/+/issue_details', /issue_details$/);
  // The newest is on top.
  await bench.trafficRows.and(bench.page.locator('[data-kind="publish"]')).first().click();
  await bench.page.getByTestId('traffic-detail').getByText('Raw', { exact: true }).click();
  await expect(bench.page.getByTestId('traffic-detail')).toContainText(issue.signature);

  await bench.show('vehicles');
  await expect(bench.activeBank('engine')).toContainText('7.1.0');
  await bench.page.getByTestId('rollback-engine').click();
  await expect(bench.page.getByRole('dialog')).toContainText('engine');
  await bench.page.getByTestId('rollback-confirm').click();
  await expect(bench.page.getByTestId('verdict')).toHaveAttribute('data-outcome', 'rolled_back');
  await bench.page.getByTestId('rollback-close').click();
  await expect(bench.activeBank('engine').locator('.bank-version')).toHaveText(before ?? '');

  await dropsOnCompose(bench, join(workspace, 'dropped'));
});

/** Files of the disk, dropped as the file manager drops them. */
async function dropFiles(page: Page, files: string[], on: string): Promise<void> {
  const box = await page.getByTestId(on).boundingBox();
  if (box === null) throw new Error(`${on} is not on the screen`);
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + 8 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await session.detach();
}

/** What is dropped is taken or refused by name; a bundle is signed and published. */
async function dropsOnCompose(bench: Window, dir: string): Promise<void> {
  const { page } = bench;
  await mkdir(join(dir, 'folder'), { recursive: true });
  const at = (name: string): string => join(dir, name);
  await writeFile(at('radio.bin'), randomBytes(30_000));
  await writeFile(at('setup.exe'), 'MZ');
  await writeFile(at('empty.bin'), '');
  await writeFile(at('huge.bin'), '');
  await truncate(at('huge.bin'), 10_000_000_000);
  await writeFile(at('cut.otabundle'), zipSync({ 'bundle.json': strToU8('{}') }).slice(0, -9));
  const members = ['gateway', 'engine'].map((ecu) => ({
    ...{ ecu, firmware: `${ecu}.bin`, version: '9.1.0' },
  }));
  await writeFile(
    at('spring.otabundle'),
    zipSync({
      'bundle.json': strToU8(JSON.stringify({ version: '2026.3', members })),
      'gateway.bin': randomBytes(40_000),
      'engine.bin': randomBytes(40_000),
    }),
  );
  await bench.show('compose');
  for (const [names, code] of [
    [['folder'], 'DROP_FOLDER'],
    [['radio.bin', 'empty.bin'], 'DROP_SEVERAL'],
    [['setup.exe'], 'DROP_UNFIT'],
    [['empty.bin'], 'FIRMWARE_EMPTY'],
    [['huge.bin'], 'FIRMWARE_TOO_LARGE'],
    [['cut.otabundle'], 'BUNDLE_FILE'],
  ] as const) {
    await dropFiles(page, names.map(at), 'nav-compose');
    await expect(bench.refusal.and(page.locator(`[data-code="${code}"]`)).first()).toBeVisible();
  }
  await dropFiles(page, [at('radio.bin')], 'nav-compose');
  await expect(page.getByTestId('compose-artifact')).toBeVisible();
  await dropFiles(page, [at('spring.otabundle')], 'nav-compose');
  await expect(page.getByTestId('bundle')).toContainText('2026.3');
  await page.getByTestId('bundle-sign').click();
  await expect(page.getByTestId('compose-publish')).toBeEnabled();
  expect(await bench.exactPayload()).toContain('2026.3');
  await page.getByTestId('compose-publish').click();
  await expect(page.getByTestId('running-update')).toContainText('2026.3');
}
