import { expect, test } from './fixtures/test.ts';

test('an ECU with no other image refuses to roll back: code, reason, next step', async ({
  bench,
}) => {
  await bench.runDemo();
  await bench.show('vehicles');
  const blocked = bench.page.locator('[data-testid^="rollback-"][data-possible="false"]').first();
  await blocked.click();
  await expect(bench.refusal).toHaveAttribute('data-code', 'NO_VALID_BANK');
  await expect(bench.refusal).not.toHaveText(/^NO_VALID_BANK\s*$/);
  await expect(bench.refusal.locator('.refusal-next')).not.toBeEmpty();
});

test('an empty firmware file is refused', async ({ bench }) => {
  await bench.runDemo();
  await bench.show('compose');
  const empty = {
    name: 'empty.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(0),
  };
  await bench.page.getByTestId('compose-file').setInputFiles(empty);
  await expect(bench.refusal).toHaveAttribute('data-code', 'FIRMWARE_EMPTY');
});

test('[G8] a release counter below the installed one is refused by the gatekeeper', async ({
  bench,
}) => {
  await bench.runDemo();
  await bench.compose({
    file: { name: 'old.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('older') },
    version: '0.0.1',
    description: 'a step back',
    ecu: 'infotainment',
  });
  await bench.page.getByText('Advanced: counter, lifetime, algorithm').click();
  await bench.page.getByLabel('Release counter').fill('0');
  await bench.page.getByTestId('compose-publish').click();
  await bench.reaches('refused', '0.0.1');
  await expect(bench.refusal.first()).toHaveAttribute('data-code', /COUNTER/);
});
