import { expect, test } from './fixtures/test.ts';

test('the window speaks the language that was chosen, also after a reload', async ({ bench }) => {
  const { page } = bench;
  const settings = page.getByTestId('nav-settings');
  await expect(settings).toHaveAccessibleName('Settings');
  await page.getByTestId('language').click();
  await expect(settings).toHaveAccessibleName('Einstellungen');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page).toHaveTitle('Prüfstand · OTA Bench');
  await page.reload();
  await settings.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
  // This browser's own language is English.
  await page.getByTestId('settings-language').getByText('Wie das System').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
