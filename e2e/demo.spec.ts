import { expect, test } from './fixtures/test.ts';

test('one click runs a signed update from backend to ECU, and every message is there', async ({
  bench,
}) => {
  await bench.runDemo();
  await expect(bench.page.getByTestId('update-progress')).toHaveAttribute('data-progress', '100');
  await expect(bench.page.getByTestId('pipeline')).toBeVisible();
  for (const topic of [
    'issue_details',
    'status',
    'status/acknowledgment',
    'progress',
    'inventory',
  ]) {
    await bench.filterTraffic(`vehicle/updates/+/${topic}`, new RegExp(`/[^/]+/${topic}$`));
  }
});

test('the page keeps to its content policy and logs no error', async ({ bench }) => {
  const complaints: string[] = [];
  bench.page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  bench.page.on('pageerror', (error) => complaints.push(error.message));
  // Reloaded earlier, the page would offer its one-time token a second time.
  await expect(bench.page.getByText('Connected', { exact: true })).toBeVisible();
  await bench.page.reload();
  await bench.runDemo();
  for (const screen of ['compose', 'traffic', 'vehicles', 'trust', 'settings'] as const)
    await bench.show(screen);
  expect(complaints).toEqual([]);
});
