import { expect, test } from './fixtures/test.ts';

const SECOND = 'VIN2000000042';

test('a vehicle is added, made to fail, rolls back with its evidence, is compared and removed', async ({
  bench,
}) => {
  const { page } = bench;
  await bench.runDemo();
  await bench.show('vehicles');
  const rack = page.getByTestId('rack');
  await expect(rack.getByRole('option')).toHaveCount(1);

  // The condition is felt by the vehicle, not only shown.
  const supply = page.getByLabel('Supply');
  await supply.fill('9.5');
  await supply.press('Enter');
  await expect(supply).toHaveValue('9.5 V');
  await bench.show('bench');
  await bench.demoButton.click();
  await bench.reaches('refused');
  await expect(bench.refusal.first()).toHaveAttribute('data-code', 'SUPPLY_LOW');
  await bench.show('vehicles');
  await expect(supply).toHaveValue('9.5 V');
  await supply.fill('12.6');
  await supply.press('Enter');
  await expect(supply).toHaveValue('12.6 V');

  // A fault from the form strikes the next update.
  await page.getByTestId('vehicle-tab-faults').click();
  await page.getByTestId('fault-kind').click();
  await page.getByTestId('fault-kind').fill('Start');
  await page.getByRole('option', { name: 'Start fails' }).click();
  await page.getByTestId('fault-arm').click();
  const fault = page.getByTestId('fault');
  await expect(fault).toHaveAttribute('data-state', 'armed');
  await bench.show('bench');
  await bench.demoButton.click();
  await bench.reaches('rolled_back');
  await bench.show('vehicles');
  await page.getByTestId('vehicle-tab-faults').click();
  await expect(fault).toHaveAttribute('data-state', 'spent');
  await page.getByTestId('fault-clear').click();
  await expect(fault).toHaveCount(0);

  // The history has the rollback's verdict with the banks before and after.
  await page.getByTestId('vehicle-tab-history').click();
  await page.getByTestId('past').first().getByRole('button').first().click();
  await expect(page.getByTestId('past').first()).toContainText('Rolled back');

  await page.getByTestId('vehicles-add').click();
  await page.getByTestId('vehicle-add-vin').fill(SECOND);
  await page.getByTestId('vehicle-add-confirm').click();
  await expect(page.getByTestId(`vehicle-${SECOND}`)).toBeVisible();
  await expect(rack.getByRole('option')).toHaveCount(2);
  await page.getByTestId('vehicle-tab-compare').click();
  await expect(page.getByTestId('compare').locator('tr[data-differs="true"]')).not.toHaveCount(0);

  await page.getByTestId('vehicle-remove').click();
  await expect(page.getByRole('dialog')).toContainText(`vehicles/${SECOND}`);
  await page.getByTestId('vehicle-remove-confirm').click();
  await expect(rack.getByRole('option')).toHaveCount(1);
});

test('a wrong profile is refused with its line and path, a right one is saved under a new name', async ({
  bench,
}) => {
  const { page } = bench;
  await bench.show('vehicles');
  await page.getByTestId('vehicles-profiles').click();
  const text = page.getByTestId('json-editor').getByRole('textbox');
  await text.click();
  await text.press('ControlOrMeta+Home');
  await text.press('ArrowDown');
  await text.pressSequentially('"colour": 1,');
  await page.getByTestId('profile-name').fill('mine');
  await page.getByTestId('profile-save').click();
  await expect(bench.refusal).toHaveAttribute('data-code', 'PROFILE_INVALID');
  await expect(bench.refusal).toContainText(/mine\.json:2:\d+.*colour/);
  await text.press('ControlOrMeta+z');
  await page.getByTestId('profile-save').click();
  await expect(page.getByTestId('profiles-which')).toHaveValue(/\(mine, workspace\)$/);
  await expect(bench.refusal).toHaveCount(0);
});
