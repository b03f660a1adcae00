import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

/** More than any screen has; a trap for the keyboard ends here. */
const STOPS = 90;

/** As somebody without a mouse gets there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stop = 0; stop < STOPS; stop += 1) {
    if (await target.evaluate((each) => each === document.activeElement).catch(() => false)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused({ timeout: 1 });
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByLabel('Find a command')).toBeFocused();
  await page.keyboard.type(name);
  await expect(page.getByRole('dialog').getByText(name)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Find a command')).toBeHidden();
}

// Some hundred keys, each pressed for real.
test.setTimeout(240_000);

test('an update and its rollback are done with the keyboard alone', async ({ bench }) => {
  const { page } = bench;
  await command(page, 'Start all roles');
  await command(page, 'Go to Compose');
  const choosing = page.waitForEvent('filechooser');
  await tabTo(page, page.locator('.compose-form button').first());
  await page.keyboard.press('Enter');
  const image = {
    name: 'brake.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(9_000, 7),
  };
  await (await choosing).setFiles(image);
  await expect(page.getByTestId('compose-artifact')).toBeVisible();
  await tabTo(page, page.getByTestId('compose-ecu'));
  await page.keyboard.type('brake');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByTestId('compose-version'));
  await page.keyboard.type('9.9.9');
  await tabTo(page, page.getByTestId('compose-description'));
  await page.keyboard.type('By hand');
  await expect(page.getByTestId('compose-publish')).toBeEnabled();
  await tabTo(page, page.getByTestId('compose-publish'));
  await page.keyboard.press('Enter');
  await bench.reaches('completed', '9.9.9');

  await command(page, 'Go to Vehicles');
  const button = page.getByTestId('rollback-brake');
  await tabTo(page, button);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rollback-confirm')).toBeVisible();
  // Esc leaves it, and the focus is where it was.
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByTestId('rollback-confirm'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('verdict')).toBeVisible();
});

test('F1 opens the help for the screen, and ? does where nobody types', async ({ bench }) => {
  const { page } = bench;
  await bench.show('vehicles');
  await page.keyboard.press('F1');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Rollback');
  await bench.show('bench');
  await page.locator('body').click({ position: { x: 700, y: 20 } });
  await page.keyboard.press('?');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('First steps');
  await page.getByTestId('help-search').fill('why');
  await page.keyboard.press('?');
  await expect(page.getByTestId('help-search')).toHaveValue('why?');
});
