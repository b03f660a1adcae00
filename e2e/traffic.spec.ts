import { expect, test } from './fixtures/test.ts';

test('the filter takes MQTT wildcards, refuses what is no filter, and lists only what matches', async ({
  bench,
}) => {
  await bench.runDemo();
  await bench.filterTraffic('vehicle/updates/+/progress', /progress$/);
  const topics = await bench.trafficRows.evaluateAll((rows) =>
    rows.map((row) => row.getAttribute('data-topic')),
  );
  expect(topics.length).toBeGreaterThan(1);
  for (const topic of topics) expect(topic).toMatch(/^vehicle\/updates\/[^/]+\/progress$/);

  const filter = bench.page.getByTestId('traffic-filter');
  await filter.fill('vehicle/updates/#/progress');
  await expect(filter).toHaveAttribute('aria-invalid', 'true');
  await filter.fill('nobody/publishes/here');
  await expect(bench.trafficRows).toHaveCount(0);
  await filter.fill('#');
  await expect(bench.trafficRows.first()).toBeVisible();
});

test('a held list stands still and counts what waits', async ({ bench }) => {
  await bench.runDemo();
  await bench.filterTraffic('#', /^/);
  const pause = bench.page.getByTestId('traffic-pause');
  await pause.click();
  const listed = await bench.trafficCount('listed');
  const seen = await bench.trafficCount('seen');
  await bench.runDemo();
  await bench.show('traffic');
  await expect(pause).toHaveText(/Resume · [1-9][\d,]* waiting/);
  expect(await bench.trafficCount('listed')).toBe(listed);
  expect(await bench.trafficCount('seen')).toBeGreaterThan(seen);
  await pause.click();
  await expect.poll(() => bench.trafficCount('listed')).toBeGreaterThan(listed);
});
