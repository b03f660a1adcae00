import { expect, test } from './fixtures/test.ts';

test('who opens a bench for the first time is shown around once', async ({ host, browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(await host.link());
  const tour = page.getByTestId('tour');
  await expect(tour).toContainText('1 of 3');
  // It blocks nothing.
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('tour-next').click();
  await page.getByTestId('tour-show').click();
  await expect(page.getByTestId('nav-guided')).toHaveAttribute('aria-current', 'page');
  await page.getByTestId('tour-next').click();
  await page.getByTestId('tour-next').click();
  await expect(tour).toBeHidden();
  await page.reload();
  await expect(page.getByTestId('nav-help')).toBeVisible();
  await expect(tour).toBeHidden();
  await page.getByTestId('nav-help').click();
  await page.getByTestId('tour-start').click();
  await expect(tour).toContainText('1 of 3');
  await context.close();
});

test('a refusal leads to the page of its code, in the language that is spoken', async ({
  bench,
}) => {
  const { page } = bench;
  await bench.show('help');
  await page.getByTestId('language').click();
  await page.getByTestId('help-search').fill('spannung niedrig');
  await page.getByRole('link', { name: /Die Bordspannung ist zu niedrig/ }).click();
  await expect(page.getByTestId('help-code')).toContainText('Schließen Sie ein Ladegerät');
  await expect(page.getByTestId('help-code')).toContainText('D3');
});

test('sample data fill every screen with one click and go with another', async ({ bench }) => {
  const { page } = bench;
  await bench.show('help');
  await page.getByTestId('sample-load').click();
  await expect(page.getByTestId('sample-remove')).toBeVisible({ timeout: 100_000 });
  await bench.show('vehicles');
  await expect(page.getByText('SAMPTRUK100000003').first()).toBeVisible();
  await bench.show('help');
  await page.getByTestId('sample-remove').click();
  await expect(page.getByTestId('sample-load')).toBeVisible({ timeout: 30_000 });
  await bench.show('vehicles');
  await expect(page.getByText('SAMPTRUK100000003')).toHaveCount(0);
});

test('what was saved is taken back by Undo, in the bench itself', async ({ bench }) => {
  const { page } = bench;
  await bench.show('settings');
  const root = page.getByTestId('topic-root');
  const before = await root.inputValue();
  await root.fill('works/updates');
  await page.getByTestId('settings-save').click();
  await page.getByTestId('undo').click();
  await expect(root).toHaveValue(before);
  await page.reload();
  await expect(root).toHaveValue(before);
  // Two saves: what the second changed again is not the first one's to take back, the rest is.
  const save = page.getByTestId('settings-save');
  const undo = page.getByTestId('undo');
  const tcp = page.getByTestId('listener-tcp-on');
  await root.fill('works/updates');
  await tcp.click();
  await save.click();
  await expect(undo).toHaveCount(1);
  await root.fill('works/others');
  await save.click();
  await expect(undo).toHaveCount(2);
  await undo.first().click();
  await expect(page.getByText('stays as it is now: Topic root.')).toBeVisible();
  await expect(root).toHaveValue('works/others');
  await expect(tcp).not.toBeChecked();
});
