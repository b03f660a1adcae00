import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures/test.ts';
import { Lab } from './pages/lab.ts';
import { Trust } from './pages/trust.ts';
import { type Window } from './pages/window.ts';

/** Looks at what the window shows now; what is serious fails the test at its end. */
function scanner({ page }: Window): (where: string) => Promise<void> {
  return async (where) => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const grave = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${where}: ${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`,
      );
    expect.soft(grave).toEqual([]);
  };
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no serious accessibility fault on any screen, ${colorScheme}`, async ({ bench }) => {
    await bench.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(bench.page.locator('html')).toHaveAttribute(
      'data-mantine-color-scheme',
      colorScheme,
    );
    const scan = scanner(bench);
    await scan('empty bench');
    await bench.runDemo();
    await scan('bench');
    for (const screen of ['compose', 'traffic', 'vehicles', 'trust', 'settings'] as const) {
      await bench.show(screen);
      await scan(screen);
    }
    await new Lab(bench).open('faults');
    await scan('lab, faults');
    const trust = new Trust(bench);
    for (const part of ['acl', 'audit', 'mosquitto', 'certificates'] as const) {
      await trust.open(part);
      await scan(`trust, ${part}`);
    }
    await bench.page.getByTestId('trust-issue').click();
    await expect(bench.page.getByTestId('issue-confirm')).toBeVisible();
    await scan('issue dialog');
    await bench.page.keyboard.press('Escape');
    await trust.open('acl');
    await bench.page.getByTestId('acl-sample').click();
    await expect(trust.cell('status', 'write', 'backend_user')).toHaveAttribute(
      'data-verdict',
      'broken',
    );
    await scan('a broken access list');
    await bench.show('vehicles');
    for (const part of ['faults', 'history'] as const) {
      await bench.page.getByTestId(`vehicle-tab-${part}`).click();
      await expect(
        bench.page.getByTestId(part === 'faults' ? 'fault-arm' : 'past').first(),
      ).toBeVisible();
      await scan(`vehicles, ${part}`);
    }
    await bench.page.getByTestId('vehicles-profiles').click();
    await expect(bench.page.getByTestId('profile-save')).toBeVisible();
    await scan('profiles');
    await bench.page.keyboard.press('Escape');
    await bench.page.getByTestId('vehicle-tab-ecus').click();
    await bench.page.getByTestId('rollback-infotainment').click();
    await expect(bench.page.getByTestId('rollback-confirm')).toBeVisible();
    await scan('rollback dialog');
  });

  test(`no serious accessibility fault in the Lab, ${colorScheme}`, async ({ bench }) => {
    await bench.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const scan = scanner(bench);
    const lab = new Lab(bench);
    await lab.open('scenarios');
    await expect(bench.page.getByTestId('scenario-detail')).toBeVisible();
    await scan('scenarios');
    await lab.attack('attack-foreign-key');
    await lab.withoutCheck();
    await scan('an attack that was stopped, and its harm');
    await lab.edit('wrong.json', '{ "format": 1, "id": 7 }');
    await expect(bench.page.getByTestId('problem').first()).toBeVisible();
    await scan('a text with problems');
  });
}

test('the whole path is walked with the keyboard alone', async ({ bench }) => {
  const { page } = bench;
  await bench.demoButton.focus();
  await page.keyboard.press('Enter');
  await bench.reaches('completed');
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByLabel('Find a command')).toBeFocused();
  await page.keyboard.type('Go to Traffic');
  await expect(page.getByRole('dialog').getByText('Go to Compose')).toBeHidden();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('nav-traffic')).toHaveAttribute('aria-current', 'page');
});
