import { Host } from './fixtures/host.ts';
import { expect, test } from './fixtures/test.ts';
import { Window } from './pages/window.ts';

test('a reload in the middle of an update goes on watching it', async ({ host, page }) => {
  const window = new Window(page);
  await page.goto(await host.link());
  await window.demoButton.click();
  await expect(window.stage).toBeVisible();
  await page.reload();
  await window.reaches('completed');
});

test('a second tab sees the same bench, live', async ({ host, page, context }) => {
  const first = new Window(page);
  await page.goto(await host.link());
  await expect(first.demoButton).toBeVisible();
  const second = new Window(await context.newPage());
  await second.page.goto(`http://127.0.0.1:${String(host.port)}/`);
  await expect(second.demoButton).toBeVisible();
  await first.demoButton.click();
  await second.reaches('completed');
  await first.reaches('completed');
});

test('a link opens one browser only', async ({ host, page, browser }) => {
  const link = await host.link();
  await page.goto(link);
  await expect(page.getByTestId('demo-run')).toBeVisible();
  expect(page.url()).not.toContain('token');
  const stranger = await browser.newContext();
  const other = await stranger.newPage();
  await other.goto(link);
  await expect(other.getByTestId('session-refused')).toBeVisible();
  // A new one in the same tab, which loads nothing anew.
  await other.goto(await host.link());
  await expect(other.getByTestId('nav-bench')).toBeVisible();
  expect(other.url()).not.toContain('token');
  await stranger.close();
});

test('a killed host shows the banner, keeps what was on the screen, and is found again', async ({
  host,
  page,
  workspace,
}) => {
  const window = new Window(page);
  await page.goto(await host.link());
  await window.runDemo();
  await window.demoButton.click();
  // The next one is shown, and has not ended.
  await expect(window.stage).not.toHaveAttribute('data-stage', 'completed');
  await host.kill();
  await expect(window.lostBanner).toBeVisible();
  await expect(window.stage).not.toHaveAttribute('data-stage', 'completed');
  const again = await Host.start(workspace, host.port);
  try {
    await page.goto(await again.link());
    await expect(window.lostBanner).toBeHidden();
    // Before any role is on it is shown, and what to do about it.
    await expect(page.getByTestId('update-interrupted')).toBeVisible();
    await page.getByTestId('update-start-roles').click();
    await expect(page.getByTestId('update-interrupted')).toBeHidden();
    await window.reaches('completed');
    // The workspace went through a crash and serves the next update as ever.
    await window.runDemo();
  } finally {
    await again.close();
  }
});
