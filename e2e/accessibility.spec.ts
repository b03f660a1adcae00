import { scanner } from './fixtures/axe.ts';
import { expect, test } from './fixtures/test.ts';
import { Lab } from './pages/lab.ts';
import { Traffic } from './pages/traffic.ts';
import { Trust } from './pages/trust.ts';

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
  await page.getByTestId('trust-issue').click();
  await expect(page.getByTestId('issue-confirm')).toBeVisible();
  await scan('issue dialog');
  await page.keyboard.press('Escape');
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

test('pages for reading fit 320 pixels without scrolling sideways', async ({ bench }) => {
  const { page } = bench;
  await page.setViewportSize({ width: 320, height: 640 });
  for (const screen of ['help', 'guided', 'reports', 'settings'] as const) {
    await bench.show(screen);
    await expect(page.locator('main h1').first()).toBeVisible();
    const wide = await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('main, main *')]
        // What scrolls sideways itself, such as a table or code, may (WCAG 1.4.10).
        .filter(
          (each) => each.closest('.markdown-table, pre, [tabindex]:not([tabindex="-1"])') === null,
        )
        .filter((each) => each.getBoundingClientRect().right > 321 && each.clientWidth > 0)
        .map((each) => `${each.tagName}.${each.className}`),
    );
    expect.soft(wide, screen).toEqual([]);
  }
});
