import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

export type Part =
  'messages' | 'topics' | 'timeline' | 'retained' | 'publish' | 'capture' | 'connections';

/** The Traffic screen as a person uses it. */
export class Traffic {
  readonly window: Window;

  constructor(window: Window) {
    this.window = window;
  }

  async open(part: Part): Promise<void> {
    const { page } = this.window;
    await this.window.show('traffic');
    await page.getByTestId(`traffic-tab-${part}`).click();
    await expect(page.getByTestId(`traffic-tab-${part}`)).toHaveAttribute('aria-selected', 'true');
  }

  async import(name: string, buffer: Buffer): Promise<Locator> {
    const { page } = this.window;
    await this.open('capture');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/x-ndjson', buffer });
    const report = page.getByTestId('import-report');
    await expect(report).toBeVisible();
    return report;
  }

  /** Waits until so many messages are listed. */
  async lists(count: number): Promise<void> {
    await expect.poll(() => this.window.trafficCount('listed')).toBe(count);
  }

  connection(name: string): Locator {
    return this.window.page.locator(`[data-testid="connection"][data-name="${name}"]`);
  }

  /** Adds a connection, which opens at once. */
  async connect(name: string, url: string): Promise<void> {
    const { page } = this.window;
    await this.open('connections');
    await page.getByTestId('connection-add').click();
    await page.getByTestId('connection-name').fill(name);
    await page.getByTestId('connection-url').fill(url);
    await page.getByTestId('connection-form-confirm').click();
    await expect(this.connection(name)).toHaveAttribute('data-state', 'up');
  }

  async choose(name: string): Promise<void> {
    const { page } = this.window;
    await page.getByRole('combobox', { name: 'Connection' }).click();
    await page.getByRole('option', { name: new RegExp(name) }).click();
  }
}
