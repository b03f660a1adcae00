import { readFile } from 'node:fs/promises';
import { expect, type Locator } from '@playwright/test';
import type { Window } from './window.ts';

export type Part = 'certificates' | 'acl' | 'audit' | 'mosquitto';
type File = { name: string; content: Buffer };

/** The Trust screen as a person uses it. */
export class Trust {
  readonly window: Window;

  constructor(window: Window) {
    this.window = window;
  }

  async open(part: Part): Promise<void> {
    const { page } = this.window;
    await this.window.show('trust');
    await page.getByTestId(`trust-tab-${part}`).click();
    await expect(page.getByTestId(`trust-tab-${part}`)).toHaveAttribute('aria-selected', 'true');
    if (part === 'acl') await expect(page.getByTestId('doctor')).toBeVisible();
    if (part === 'audit') await expect(page.getByTestId('audit-run')).toBeEnabled();
  }

  certificate(cn: string): Locator {
    return this.window.page.locator(`[data-testid="certificate-row"][data-cn="${cn}"]`);
  }

  async issue(cn: string): Promise<void> {
    const { page } = this.window;
    await page.getByTestId('trust-issue').click();
    await page.getByTestId('issue-cn').fill(cn);
    await page.getByTestId('issue-confirm').click();
    await expect(this.certificate(cn)).toHaveAttribute('data-state', 'valid');
    await expect(this.certificate(cn)).toHaveAttribute('data-selected', 'true');
  }

  cell(flow: string, access: 'read' | 'write', identity: string): Locator {
    return this.window.page.getByTestId(`cell-${flow}-${access}-${identity}`);
  }

  /** Puts a text into the editor as a file of the person's own. */
  async loadRules(text: string): Promise<void> {
    await this.window.page
      .getByTestId('acl-file')
      .setInputFiles({ name: 'acl.conf', mimeType: 'text/plain', buffer: Buffer.from(text) });
  }

  rules(): Locator {
    return this.window.page.getByTestId('acl-editor').locator('.cm-content');
  }

  /** Connects as the identity of the chosen cell; what the running broker did with it. */
  async tryLive(): Promise<string | null> {
    const { page } = this.window;
    await page.getByTestId('try-live').click();
    const seen = page.getByTestId('try-live-seen');
    await expect(seen).toBeVisible();
    return seen.getAttribute('data-allowed');
  }

  /** The file that pressing `button` downloads. */
  async download(button: Locator): Promise<File> {
    const coming = this.window.page.waitForEvent('download');
    await button.click();
    const download = await coming;
    return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
  }
}
