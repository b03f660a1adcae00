import { expect, type Locator, type Page } from '@playwright/test';

export type Screen =
  | ('guided' | 'bench' | 'compose' | 'traffic' | 'vehicles' | 'lab')
  | ('reports' | 'trust' | 'settings' | 'help');
export type Draft = {
  file: string | { name: string; mimeType: string; buffer: Buffer };
  version: string;
  description: string;
  ecu: string;
};

/** Long enough for an update on a machine that does other things as well. */
const UPDATE_LIMIT_MS = 180_000;

/** The window as a person uses it: screens, buttons and what they show. */
export class Window {
  readonly page: Page;
  readonly demoButton: Locator;
  readonly stage: Locator;
  readonly lostBanner: Locator;
  readonly refusal: Locator;
  readonly trafficRows: Locator;

  constructor(page: Page) {
    this.page = page;
    this.demoButton = page.getByTestId('demo-run');
    this.stage = page.getByTestId('update-stage');
    this.lostBanner = page.getByTestId('connection-lost');
    this.refusal = page.getByTestId('refusal');
    this.trafficRows = page.getByTestId('traffic-row');
  }

  async show(screen: Screen): Promise<void> {
    await this.page.getByTestId(`nav-${screen}`).click();
    await expect(this.page.getByTestId(`nav-${screen}`)).toHaveAttribute('aria-current', 'page');
  }

  async runDemo(): Promise<void> {
    await this.show('bench');
    await this.demoButton.click();
    // Busy, then free again: an earlier demo's end is not taken for this one's.
    await expect(this.demoButton).toBeDisabled();
    await expect(this.demoButton).toBeEnabled({ timeout: UPDATE_LIMIT_MS });
    await this.reaches('completed');
  }

  /** Waits until the shown update, of this version where one is given, has reached a stage. */
  async reaches(stage: string, version?: string): Promise<void> {
    if (version !== undefined) {
      await expect(this.page.getByTestId('running-update')).toContainText(version);
    }
    await expect(this.stage).toHaveAttribute('data-stage', stage, { timeout: UPDATE_LIMIT_MS });
  }

  async compose(draft: Draft): Promise<void> {
    await this.show('compose');
    await this.page.getByTestId('compose-file').setInputFiles(draft.file);
    await this.page.getByTestId('compose-version').fill(draft.version);
    await this.page.getByTestId('compose-description').fill(draft.description);
    await this.page.getByTestId('compose-ecu').click();
    await this.page.getByRole('option', { name: draft.ecu }).click();
  }

  /** The message on Compose, byte for byte as it will be published. */
  async exactPayload(): Promise<string> {
    const preview = this.page.getByTestId('compose-preview');
    await preview.getByText('Exact bytes').click();
    return (await preview.getByTestId('compose-json').textContent()) ?? '';
  }

  ecu(ecuId: string): Locator {
    return this.page.getByTestId(`ecu-${ecuId}`);
  }

  /** The bank that an ECU boots from. */
  activeBank(ecuId: string): Locator {
    return this.ecu(ecuId).locator('[data-testid^="bank-"][data-boots="true"]');
  }

  /** One of the counts above the list: seen, held, evicted, skipped, listed. */
  async trafficCount(name: string): Promise<number> {
    const value = this.page.getByTestId('traffic-counts').locator(`[data-count="${name}"]`);
    return Number(await value.getAttribute('data-value'));
  }

  /** Filters, and waits until what is listed are messages of `topic`. */
  async filterTraffic(filter: string, topic: RegExp): Promise<void> {
    await this.show('traffic');
    await this.page.getByTestId('traffic-filter').fill(filter);
    // The list is drawn anew with the filter's first snapshot; until then the old rows stand.
    await expect
      .poll(async () => {
        const topics = await this.trafficRows.evaluateAll((rows) =>
          rows.map((row) => row.getAttribute('data-topic') ?? ''),
        );
        return topics.length > 0 && topics.every((each) => topic.test(each));
      })
      .toBe(true);
  }
}
