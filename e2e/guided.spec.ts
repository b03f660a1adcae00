import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { Guided } from './pages/guided.ts';
import { Window } from './pages/window.ts';

const VIN = 'VIN1234567890';

// Every step of an update, some of them looked at by axe: the longest walk there is.
test.setTimeout(480_000);

async function isAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .include('.guided')
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.target)}`);
  expect.soft(found, where).toEqual([]);
}

async function setSupply(window: Window, volts: string): Promise<void> {
  const supply = window.page.getByTestId('conditions').getByRole('textbox').first();
  // By the keys, as a person does: either separator is taken in either language.
  await supply.press('ControlOrMeta+a');
  await supply.pressSequentially(volts);
  await supply.press('Enter');
}

test('auf Deutsch: vom Scan der FIN bis zum signierten Bericht', async ({ bench }) => {
  const { page } = bench;
  const guided = new Guided(page);
  await page.getByTestId('language').click();
  await page.getByTestId('guided-entry').click();
  await guided.isAt('vehicle');
  await guided.startBench();

  // A wrong one first: advice, what to do now, and no way on.
  await guided.scan('WVWZZZ1KZAWOO123A');
  await expect(page.getByTestId('guided-unreachable')).toContainText('ist hier nicht bekannt');
  await expect(guided.blocked).toContainText('muss verbunden sein');
  await page.getByTestId('guided-vin').fill('WVWZZZ1KZAWOO123A');
  await expect(page.getByTestId('guided-vin-advice')).toContainText('ohne I, O und Q');
  await page.getByTestId('guided-vin').fill('');
  await guided.scan(`*${VIN.toLowerCase()}*`);
  await expect(page.getByTestId(`guided-vehicle-${VIN}`)).toHaveAttribute('aria-pressed', 'true');
  await expect(guided.blocked).toHaveText('Geben Sie Ihren Namen ein: Er steht im Bericht.');
  await guided.isMe('Erika Mustermann', 'A-4711', 'Rückrufaktion 42');
  await guided.on('installed');
  await expect(page.getByTestId('guided-ecu-gateway')).toContainText('Läuft einwandfrei');
  await guided.on('releases');
  await page.getByTestId('guided-samples').click();
  const whyNot = page.getByTestId('guided-unfit').locator('[data-code=EXPIRED]');
  await page.getByTestId('guided-unfit').locator('summary').first().click();
  await expect(whyNot).toContainText('Die Freigabe ist abgelaufen.');
  await isAccessible(page, 'releases');
  // Together with the new gateway the engine's release fits.
  await expect(guided.release('Motorsteuerung', '3.2.0')).toHaveCount(0);
  await guided.release('Zentrales Gateway', '3.1.0').click();
  await guided.release('Motorsteuerung', '3.2.0').click();
  await expect(guided.next).toHaveText('Weiter mit 2 Freigaben');
  await page.reload();
  await guided.isAt('releases');
  await guided.on('checks');
  await expect(guided.check('supply')).toHaveAttribute('data-state', 'met');
  await expect(guided.check('supply')).toContainText('12,6 V');

  // What is missing is named beside the button, and felt at once when it is mended.
  await bench.show('vehicles');
  await setSupply(bench, '10.9');
  await page.goBack();
  await guided.isAt('checks');
  await expect(guided.check('supply')).toHaveAttribute('data-state', 'unmet');
  await expect(guided.check('supply')).toContainText('Schließen Sie ein Ladegerät an');
  await expect(guided.blocked).toHaveText('Noch nicht: Bordspannung');
  await expect(guided.next).toBeDisabled();
  await bench.show('vehicles');
  await setSupply(bench, '12.6');
  await bench.show('guided');
  await guided.isAt('checks');
  await guided.on('confirm');
  await page.reload();
  await expect(page.getByTestId('guided-change')).toHaveText(['3.0.0 → 3.1.0', '3.0.0 → 3.2.0']);
  await isAccessible(page, 'confirm');
  await expect(page.getByTestId('guided-command')).toContainText('--release gateway=');
  await guided.next.dblclick();
  await guided.isAt('progress');
  await expect(page.getByTestId('guided-speaker')).toContainText('Prozent');
  await page.reload();
  await guided.ends('success');
  await expect(page.getByTestId('guided-now')).toContainText('3.2.0');
  await guided.on('report');
  await page.getByTestId('guided-remarks').fill('Batterie vorher geladen.');
  await guided.next.click();
  const report = page.getByTestId('guided-report');
  await expect(report).toContainText('Update abgeschlossen');
  await expect(report.locator('[data-changed=true]')).toHaveCount(2);
  const saving = page.waitForEvent('download');
  await page.getByTestId('guided-save-json').click();
  const saved = JSON.parse(await readFile(await (await saving).path(), 'utf8')) as {
    work: unknown;
    updates: unknown[];
  };
  expect(saved.work).toMatchObject({ operator: 'Erika Mustermann', order: 'A-4711' });
  // Pressed twice, started once.
  expect(saved.updates).toHaveLength(1);
  await guided.on('vehicle');
  await expect(page.getByTestId('guided-operator')).toHaveValue('Erika Mustermann');
  await expect(page.getByTestId('guided-order')).toHaveValue('');
});

test('an update whose vehicle loses its power is explained, joined by others, and goes on', async ({
  host,
  context,
  page,
}) => {
  const window = new Window(page);
  const guided = new Guided(page);
  await page.goto(await host.link());
  await page.getByTestId('guided-entry').click();
  // Before the vehicle can be there, in the case of its label: it is known again when it comes.
  await guided.scan(VIN.toLowerCase());
  await guided.startBench();
  await guided.isMe('Alan', '', 'Test');
  await guided.on('installed');
  await guided.on('releases');
  await page.getByTestId('guided-samples').click();
  await guided.release('Infotainment', '3.1.0').click();

  // The power fails in the middle of the write, and comes back by itself.
  await window.show('vehicles');
  await page.getByTestId('vehicle-tab-faults').click();
  await page.getByTestId('fault-kind').click();
  await page.getByTestId('fault-kind').fill('Power');
  await page.getByRole('option', { name: 'Power cut' }).click();
  await page.getByLabel('Stays off').fill('8000');
  await page.getByTestId('fault-arm').click();
  await expect(page.getByTestId('fault')).toHaveAttribute('data-state', 'armed');
  await page.goBack();
  await guided.on('checks');
  await guided.on('confirm');
  await guided.on('progress');
  await expect(guided.situation).toHaveAttribute('data-kind', 'offline');
  await expect(guided.situation).toContainText('nothing stays half written');

  // A second window cannot start beside it, and finds it.
  const other = new Guided(await context.newPage());
  await other.page.goto(`http://127.0.0.1:${String(host.port)}/#/guided/vehicle`);
  await other.isAt('progress');
  await other.page.getByTestId('guided-other').click();
  await other.page.getByTestId(`guided-vehicle-${VIN}`).click();
  await expect(other.blocked).toContainText('Only one update runs');
  await other.page.getByTestId('guided-join').click();
  await other.isAt('progress');

  await isAccessible(other.page, 'progress');

  // Closed half-way, the first comes back to its update.
  await page.close();
  await other.ends('success');

  // Whoever goes on to another vehicle leaves a report, and no session open.
  await other.page.getByTestId('guided-other').click();
  await other.isAt('vehicle');
  await new Window(other.page).show('reports');
  await expect(other.page.getByTestId('report-row')).toHaveCount(1);
  await expect(other.page.getByTestId('report-session')).toHaveCount(0);
});
