import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';

const run = promisify(execFile);

const saved = async (page: Page, testId: string, folder: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId(testId).click(),
  ]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
};

test('an update ends in a report that the exported script verifies alone', async ({
  bench,
  workspace,
}) => {
  const { page } = bench;
  await bench.runDemo();
  await page.getByTestId('update-report').click();
  await expect(page.getByTestId('report-create-confirm')).toBeDisabled();
  await page.getByTestId('report-operator').fill('Ada Meister');
  await page.getByTestId('report-purpose').fill('Recall 4711');
  await page.getByTestId('report-create-confirm').click();
  const report = page.getByTestId('report-page');
  await expect(report).toHaveAttribute('data-word', 'completed');
  await expect(page.getByTestId('report-verdict')).toHaveAttribute('data-verdict', 'trusted');
  await expect(report.locator('[data-changed=true]')).toContainText('infotainment');
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .include('#main')
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);

  const json = await saved(page, 'report-json', workspace);
  const script = await saved(page, 'report-script', workspace);
  const keys = await saved(page, 'report-keys', workspace);
  const { stdout } = await run('python3', [script, json, '--trust', keys]);
  expect(stdout).toContain('signed by a key that you trust');
  const altered = join(workspace, 'altered.json');
  await writeFile(altered, (await readFile(json, 'utf8')).replace('Ada', 'Eva'));
  await expect(run('python3', [script, altered])).rejects.toMatchObject({ code: 1 });

  // The same in the window; the button at the update now leads to the report.
  await page.getByTestId('report-verify-open').click();
  await page.getByTestId('report-file').setInputFiles(altered);
  await expect(page.getByTestId('report-verdict')).toHaveAttribute('data-verdict', 'refused');
  await expect(page.getByTestId('refusal')).toHaveAttribute('data-code', 'SIGNATURE_INVALID');
  await bench.show('bench');
  await page.getByTestId('update-report').click();
  await expect(page.getByTestId('report-page')).toBeVisible();
});
