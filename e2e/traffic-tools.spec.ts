import { fits } from './fixtures/fits.ts';
import { hostileCapture } from './fixtures/hostile.ts';
import { startMosquitto } from './fixtures/mosquitto.ts';
import { expect, test } from './fixtures/test.ts';
import { Traffic } from './pages/traffic.ts';

test('what a stranger sent is shown as it is, and nothing of it runs', async ({ bench }) => {
  const { page } = bench;
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  const traffic = new Traffic(bench);
  const { file, messages, cutLine } = hostileCapture();
  const report = await traffic.import('hostile.ndjson', file);
  await expect(report).toContainText(`${String(messages)} messages imported, 1 lines left out`);
  await expect(report).toContainText(`Line ${String(cutLine)}`);

  await traffic.open('messages');
  await page.getByTestId('traffic-filter').fill('hostile/#');
  await traffic.lists(messages - 1);
  for (let n = 0; n < messages - 1; n += 1) {
    await bench.trafficRows.nth(n).click();
    await expect(page.getByTestId('traffic-detail')).toBeVisible();
    await expect(page.getByRole('radiogroup', { name: 'How the payload is shown' })).toBeVisible();
    await fits(page, `hostile message ${String(n)}`);
  }
  const open = async (filter: string, topic: RegExp): Promise<void> => {
    await bench.filterTraffic(filter, topic);
    await bench.trafficRows.first().click();
  };
  await open('hostile/control/#', /control/);
  await expect(bench.trafficRows.first()).toContainText('\\u0001\\u001b[31m');
  await open('hostile/rtl/#', /rtl/);
  await expect(bench.trafficRows.first()).toContainText('\\u202egpj.exe');
  await open('hostile/number', /number$/);
  const payload = page.getByTestId('traffic-detail');
  for (const exact of ['123456789012345678901234567890.25', '9007199254740993', '1e-400']) {
    await expect(payload).toContainText(exact);
  }

  await page.getByTestId('traffic-filter').fill('#');
  await page.getByTestId('traffic-more').click();
  await page.getByText('Unsigned', { exact: true }).click();
  await page.keyboard.press('Escape');
  await traffic.lists(1);
  await expect(bench.trafficRows.first()).toHaveAttribute('data-topic', /status$/);

  await traffic.open('topics');
  await expect(page.getByTestId('topic-row').first()).toBeVisible();
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(faults).toEqual([]);
});

test('a connection is changed to production and asks for its name from then on', async ({
  bench,
}) => {
  const { page } = bench;
  const traffic = new Traffic(bench);
  const mosquitto = await startMosquitto();
  try {
    await traffic.connect('workshop', mosquitto.url);
    await traffic.open('publish');
    await traffic.choose('workshop');
    await page.getByTestId('publish-topic').fill('car/{{who}}/state');
    await page.getByTestId('publish-payload').fill('{"n":{{n}},"who":"{{who}}"}');
    await page.getByTestId('publish-variable-who').fill('VIN1');
    await page.getByTestId('publish-user').fill('from: somebody');
    await page.getByLabel('Retain', { exact: true }).check();
    await page.getByTestId('publish-send').click();
    await expect(page.locator('.sent li').first()).toContainText('car/VIN1/state');

    await traffic.open('retained');
    await traffic.choose('workshop');
    await page.getByTestId('retained-list').click();
    await expect(page.getByTestId('retained')).toContainText('car/VIN1/state');

    await traffic.open('connections');
    await traffic.connection('workshop').getByTestId('connection-edit').click();
    await page.getByTestId('connection-name').fill('plant');
    await page.getByLabel(/^Production/).check();
    await page.getByTestId('connection-form-confirm').click();
    await expect(traffic.connection('plant')).toHaveAttribute('data-state', 'up');

    await traffic.open('retained');
    await traffic.choose('plant');
    await page.getByTestId('retained-list').click();
    await page.getByRole('button', { name: 'Delete all of them…' }).click();
    const sure = page.getByTestId('retained-delete-confirm');
    await sure.click();
    await expect(page.getByTestId('refusal')).toHaveAttribute('data-code', 'CONFIRMATION_NEEDED');
    await page.keyboard.press('Escape');
    await page.getByLabel(/is production/).fill('plant');
    await page.getByRole('button', { name: 'Delete all of them…' }).click();
    await sure.click();
    await expect(page.getByRole('status').filter({ hasText: '1 of 1 deleted' })).toBeVisible();
  } finally {
    await mosquitto.close();
  }
});
