import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from './fixtures/test.ts';

type Issue = {
  version: string;
  description: string;
  signature: string;
  manifest: { firmware: { name: string; sha256: string; length: number } };
};

test('own firmware: exact message, published as shown, installed, rolled back', async ({
  bench,
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
});
