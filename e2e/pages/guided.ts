import { expect, type Locator, type Page } from '@playwright/test';

export type Step =
  'vehicle' | 'installed' | 'releases' | 'checks' | 'confirm' | 'progress' | 'result' | 'report';

/** A whole update on a machine that does other things as well. */
const UPDATE_LIMIT_MS = 180_000;

/** The guided update as a technician goes through it. */
export class Guided {
  readonly page: Page;
  readonly next: Locator;
  readonly blocked: Locator;
  readonly situation: Locator;
  readonly outcome: Locator;

  constructor(page: Page) {
    this.page = page;
    this.next = page.getByTestId('guided-next');
    this.blocked = page.getByTestId('guided-blocked');
    this.situation = page.getByTestId('guided-situation');
    this.outcome = page.getByTestId('guided-outcome');
  }

  /** It is at this step, and the address says so. */
  async isAt(step: Step): Promise<void> {
    const limit = step === 'result' ? { timeout: UPDATE_LIMIT_MS } : {};
    await expect(this.page.getByTestId('guided')).toHaveAttribute('data-step', step, limit);
    await expect(this.page).toHaveURL(new RegExp(`#/guided/${step}$`));
  }

  async on(to: Step): Promise<void> {
    await this.next.click();
    await this.isAt(to);
  }

  async startBench(): Promise<void> {
    await this.page.getByTestId('guided-start-bench').click();
    await expect(this.page.getByTestId('guided-off')).toHaveCount(0);
  }

  /** As a hand scanner writes: letters, then Enter, into whatever has the focus. */
  async scan(vin: string): Promise<void> {
    await expect(this.page.getByTestId('guided-vin')).toBeFocused();
    await this.page.keyboard.type(vin);
    await this.page.keyboard.press('Enter');
  }

  async isMe(operator: string, order: string, purpose: string): Promise<void> {
    await this.page.getByTestId('guided-operator').fill(operator);
    await this.page.getByTestId('guided-order').fill(order);
    await this.page.getByTestId('guided-purpose').fill(purpose);
  }

  release(ecu: string, version: string): Locator {
    return this.page
      .locator(`[data-testid=guided-release][data-version="${version}"]`)
      .filter({ hasText: ecu });
  }

  check(name: string): Locator {
    return this.page.getByTestId(`guided-check-${name}`);
  }

  async ends(outcome: string): Promise<void> {
    await this.isAt('result');
    await expect(this.outcome).toHaveAttribute('data-outcome', outcome);
  }
}
