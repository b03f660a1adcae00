import type { Locator } from '@playwright/test';
import { scanner } from './fixtures/axe.ts';
import { fits } from './fixtures/fits.ts';
import { expect, test } from './fixtures/test.ts';
import { Lab } from './pages/lab.ts';
import { Traffic } from './pages/traffic.ts';
import { Trust } from './pages/trust.ts';
import type { Window } from './pages/window.ts';

// Long walks: each looks at many states of one window, so that they are come to once.
test.setTimeout(360_000);

test('no accessibility fault on any screen', async ({ bench }) => {
  const { page } = bench;
  const scan = scanner(page);
  await scan('empty bench');
  await bench.show('help');
  await page.getByTestId('tour-start').click();
  await expect(page.getByTestId('tour')).toBeVisible();
  await scan('help and tour');
  await page.getByTestId('tour-skip').click();
  await page.getByTestId('help-search').fill('voltage');
  await page
    .getByTestId('help-found')
    .getByRole('link', { name: /SUPPLY_LOW/ })
    .click();
  await expect(page.getByTestId('help-code')).toBeVisible();
  await scan('help, a code');
  await bench.runDemo();
  await scan('bench');
  for (const screen of ['guided', 'compose', 'reports', 'vehicles', 'settings'] as const) {
    await bench.show(screen);
    await scan(screen);
  }
  await bench.show('vehicles');
  for (const part of ['faults', 'history'] as const) {
    await page.getByTestId(`vehicle-tab-${part}`).click();
    await expect(page.getByTestId(part === 'faults' ? 'fault-arm' : 'past').first()).toBeVisible();
    await scan(`vehicles, ${part}`);
  }
  await page.getByTestId('vehicles-profiles').click();
  await expect(page.getByTestId('profile-save')).toBeVisible();
  await scan('profiles');
  await page.keyboard.press('Escape');
  await page.getByTestId('vehicle-tab-ecus').click();
  await page.getByTestId('rollback-infotainment').click();
  await expect(page.getByTestId('rollback-confirm')).toBeVisible();
  await scan('rollback dialog');
});

test('no accessibility fault in Traffic and Trust', async ({ bench }) => {
  const { page } = bench;
  const scan = scanner(page);
  await bench.runDemo();
  const traffic = new Traffic(bench);
  await traffic.open('messages');
  await bench.trafficRows.first().click();
  for (const part of ['messages', 'topics', 'retained', 'publish', 'capture'] as const) {
    await traffic.open(part);
    await scan(`traffic, ${part}`);
  }
  await traffic.open('retained');
  await page.getByTestId('retained-list').click();
  await page.getByTestId('retained').getByRole('button', { name: 'Delete' }).first().click();
  await expect(page.getByTestId('retained-delete-confirm')).toBeVisible();
  await scan('delete dialog', '[role=dialog]');
  await page.keyboard.press('Escape');
  await traffic.open('messages');
  await page.getByTestId('traffic-filter').fill('vehicle/#');
  await page.getByRole('button', { name: 'Saved' }).click();
  await scan('saved filters');
  await page.getByRole('menuitem', { name: /Save this/ }).click();
  await expect(page.getByTestId('save-filter')).toBeVisible();
  await scan('save filter dialog', '[role=dialog]');
  await page.keyboard.press('Escape');
  await traffic.open('connections');
  await page.getByTestId('connection-add').click();
  await expect(page.getByTestId('connection-form-confirm')).toBeVisible();
  await scan('connection dialog');
  await page.keyboard.press('Escape');
  const trust = new Trust(bench);
  for (const part of ['audit', 'mosquitto', 'certificates'] as const) {
    await trust.open(part);
    await scan(`trust, ${part}`);
  }
  await trust.certificate('VIN1234567890').click();
  for (const [opener, dialog] of [
    ['trust-issue', 'issue'],
    ['trust-sign', 'sign'],
    ['certificate-export', 'export'],
    ['certificate-renew', 'renew'],
    ['certificate-revoke', 'revoke'],
  ] as const) {
    await page.getByTestId(opener).click();
    await expect(page.getByTestId(`${dialog}-confirm`)).toBeVisible();
    await scan(`${dialog} dialog`, '[role=dialog]');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId(dialog)).toBeHidden();
  }
  await trust.open('acl');
  await page.getByTestId('acl-sample').click();
  const broken = trust.cell('status', 'write', 'backend_user');
  await expect(broken).toHaveAttribute('data-verdict', 'broken');
  await scan('a broken access list');
});

test('no accessibility fault in the Lab', async ({ bench }) => {
  const scan = scanner(bench.page);
  const lab = new Lab(bench);
  await lab.open('scenarios');
  await expect(bench.page.getByTestId('scenario-detail')).toBeVisible();
  await scan('scenarios');
  await lab.open('faults');
  await scan('faults');
  await lab.attack('attack-foreign-key');
  await lab.withoutCheck();
  await scan('an attack that was stopped, and its harm');
  await lab.edit('wrong.json', '{ "format": 1, "id": 7 }');
  await expect(bench.page.getByTestId('problem').first()).toBeVisible();
  await scan('a text with problems');
});

/** 1440 by 900 pixels at 200 %. */
const TWICE = { width: 720, height: 450 };
const SCREENS = [
  ...(['guided', 'bench', 'compose', 'traffic', 'vehicles', 'lab'] as const),
  ...(['reports', 'trust', 'settings', 'help'] as const),
];
const TABS = {
  traffic: ['topics', 'timeline', 'retained', 'publish', 'capture', 'connections'],
  vehicles: ['faults', 'history', 'compare', 'ecus'],
  lab: ['attacks', 'faults', 'scenarios'],
  trust: ['acl', 'audit', 'mosquitto', 'certificates'],
};

async function fitEverywhere(bench: Window, language: string): Promise<void> {
  const { page } = bench;
  for (const screen of SCREENS) {
    await bench.show(screen);
    await expect(page.locator('main h1, main [role=tab]').first()).toBeVisible();
    await fits(page, `${language}, ${screen}`);
    if (!isTabbed(screen)) continue;
    const place = screen === 'vehicles' ? 'vehicle' : screen;
    for (const tab of TABS[screen]) {
      const chosen = page.getByTestId(`${place}-tab-${tab}`);
      await chosen.click();
      await expect(chosen).toHaveAttribute('aria-selected', 'true');
      await fits(page, `${language}, ${screen}, ${tab}`);
    }
  }
}

function isTabbed(screen: string): screen is keyof typeof TABS {
  return screen in TABS;
}

async function hasLine(drawn: Locator, line: 'outline' | 'border'): Promise<void> {
  await expect.soft(drawn.first()).toHaveCSS(`${line}-style`, 'solid');
  await expect.soft(drawn.first()).not.toHaveCSS(`${line}-width`, '0px');
}

test('every screen is usable at 200 %, and contrast themes hide nothing that it says', async ({
  bench,
}) => {
  const { page } = bench;
  await bench.runDemo();
  await page.setViewportSize(TWICE);
  await fitEverywhere(bench, 'English');

  // What decides a dialog stays in sight, however much is above it.
  await bench.show('vehicles');
  await page.getByTestId('rollback-infotainment').click();
  await expect(page.getByTestId('rollback-confirm')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');
  await page.getByTestId('vehicles-profiles').click();
  await page.getByTestId('profile-save').scrollIntoViewIfNeeded();
  await expect(page.getByTestId('profile-save')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');
  await new Traffic(bench).open('connections');
  await page.getByTestId('connection-add').click();
  await expect(page.getByTestId('connection-form-confirm')).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');

  await page.emulateMedia({ forcedColors: 'active' });
  await hasLine(page.getByTestId('traffic-tab-connections'), 'outline');
  await hasLine(page.locator('.header .tag:not(.tag-plain)'), 'border');
  await bench.show('vehicles');
  await hasLine(page.getByTestId('nav-vehicles'), 'outline');
  await hasLine(page.getByTestId('rack').locator('[aria-selected=true]'), 'outline');
  await hasLine(page.locator('.mantine-SegmentedControl-label[data-active]'), 'outline');
  await hasLine(page.locator('.bank[data-boots=true]'), 'outline');
  const fill = page.locator('.bank-strip > div').first();
  await expect.soft(fill).toHaveCSS('forced-color-adjust', 'none');
  await bench.show('settings');
  const toggle = page.locator('.mantine-Switch-input:checked + .mantine-Switch-track').first();
  await hasLine(toggle, 'border');
  await expect.soft(toggle).toHaveCSS('forced-color-adjust', 'none');
  await page.keyboard.press('Tab');
  await expect.soft(page.locator(':focus-visible').first()).toHaveCSS('outline-width', '3px');

  await page.getByTestId('language').click();
  await page.emulateMedia({ forcedColors: 'none' });
  await fitEverywhere(bench, 'Deutsch');
  await page.setViewportSize({ width: 320, height: 640 });
  for (const screen of ['help', 'guided', 'reports', 'settings'] as const) {
    await bench.show(screen);
    await expect(page.locator('main h1').first()).toBeVisible();
    await fits(page, `320 pixels, ${screen}`);
  }
});
