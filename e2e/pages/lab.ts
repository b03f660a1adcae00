import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

export type Part = 'scenarios' | 'attacks' | 'faults';

/** Each run is a bench of its own, and the machine may be busy with others. */
const RUN_LIMIT_MS = 45_000;

/** The Lab as a person uses it. */
export class Lab {
  readonly window: Window;

  constructor(window: Window) {
    this.window = window;
  }

  async open(part: Part): Promise<void> {
    const { page } = this.window;
    await this.window.show('lab');
    await page.getByTestId(`lab-tab-${part}`).click();
    await expect(page.getByTestId(`lab-tab-${part}`)).toHaveAttribute('aria-selected', 'true');
  }

  /** Runs one of the library to its end, and what it came to is shown. */
  async run(id: string): Promise<Locator> {
    const { page } = this.window;
    await this.open('scenarios');
    await page.getByTestId(`run-${id}`).click();
    const result = page.getByTestId('scenario-detail').getByTestId('run-result');
    await this.#ends(result, 'passed');
    return result;
  }

  /** One click; the table of what stopped it. */
  async attack(id: string): Promise<Locator> {
    const { page } = this.window;
    await this.open('attacks');
    await page.getByTestId(`run-${id}`).click();
    await this.#ends(
      page.getByTestId('attack-detail').getByTestId('run-result').first(),
      'stopped',
    );
    return page.getByTestId('stopped-by');
  }

  /** The chosen attack with its check left out. */
  async withoutCheck(): Promise<Locator> {
    const without = this.window.page.getByTestId('without-check');
    await this.window.page.getByTestId('run-without').click();
    await this.#ends(without, 'harmed');
    return without;
  }

  async edit(name: string, text: string): Promise<void> {
    const { page } = this.window;
    await this.open('scenarios');
    await page
      .getByTestId('scenario-file')
      .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
    await expect(page.getByTestId('scenario-editor')).toBeVisible();
  }

  async #ends(shown: Locator, outcome: string): Promise<void> {
    await expect(shown).toHaveAttribute('data-outcome', outcome, { timeout: RUN_LIMIT_MS });
  }
}
