import { expect, test } from './fixtures/test.ts';
import { Lab } from './pages/lab.ts';

test('a scenario passes, an attack is stopped by name, and does harm without its check', async ({
  bench,
}) => {
  const { page } = bench;
  const lab = new Lab(bench);
  const result = await lab.run('plain-update');
  await expect(result).toContainText('Passed');
  await expect(result).toContainText('Digest');
  const steps = page.getByTestId('scenario-detail').getByTestId('step');
  for (const state of await steps.evaluateAll((all) => all.map((each) => each.dataset['state']))) {
    expect(state).toBe('passed');
  }
  await expect(page.getByTestId('lab-announcer')).toContainText('Passed');

  const stoppedBy = await lab.attack('attack-foreign-key');
  await expect(stoppedBy).toContainText('[G3]');
  await expect(stoppedBy).toContainText('KEY_UNKNOWN');
  await expect(stoppedBy).toContainText('Gatekeeper');
  await expect(page.getByTestId('attack-summary')).toContainText('1 of');
  await expect(await lab.withoutCheck()).toContainText('The attack went through.');
  // What is done without a check says nothing about the check.
  await expect(page.getByTestId('attack-summary')).toContainText('1 of');
});

test('what is wrong with a scenario is told by line, column and path', async ({ bench }) => {
  const { page } = bench;
  const lab = new Lab(bench);
  await lab.edit('wrong.json', '{\n  "format": 1,\n  "id": 7\n}\n');
  const problem = page.getByTestId('problem').filter({ hasText: '$.id' });
  await expect(problem).toContainText('3:');
  await expect(page.getByTestId('editor-run')).toBeDisabled();
  await problem.click();
  await page.keyboard.press('End');
  await page.keyboard.type(',');
  await expect(page.getByText('not saved')).toBeVisible();
  await page.getByTestId('editor-close').click();
  await page.getByTestId('editor-discard-confirm').click();
  await expect(page.getByTestId('scenario-detail')).toBeVisible();
});

test('a fault is armed, strikes, and is cleared', async ({ bench }) => {
  const { page } = bench;
  const lab = new Lab(bench);
  await bench.runDemo();
  await lab.open('faults');
  await page.getByTestId('fault-kind').click();
  await page.getByRole('option', { name: 'Self-test fails' }).click();
  await page.getByTestId('fault-times').fill('0');
  await expect(page.getByTestId('fault-arm')).toBeDisabled();
  await page.getByTestId('fault-times').fill('1');
  await page.getByTestId('fault-arm').click();
  const fault = page.getByTestId('fault');
  await expect(fault).toHaveAttribute('data-state', 'armed');

  await bench.show('bench');
  await bench.demoButton.click();
  await bench.reaches('rolled_back');
  await lab.open('faults');
  await expect(fault).toHaveAttribute('data-state', 'spent');
  await expect(fault).toHaveAttribute('data-fired', '1');
  await page.getByTestId('fault-clear').click();
  await expect(page.getByText('Nothing is set to go wrong')).toBeVisible();
});
