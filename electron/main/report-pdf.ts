import type { PrintToPDFOptions } from 'electron';
import type { Paper } from '../channel/index.ts';

/** Of a window that is never shown; Electron's `BrowserWindow` is one. */
export type HiddenWindow = {
  loadURL(url: string): Promise<void>;
  readonly webContents: { printToPDF(options: PrintToPDFOptions): Promise<Uint8Array> };
  destroy(): void;
};

/** Chromium goes to no address that is longer (`url::kMaxURLChars`). */
const LONGEST_ADDRESS = 2_097_152;

/**
 * A report's page as PDF. The window is opened with scripts switched off and no preload: the page
 * has none, and asks for nothing from elsewhere. From an address of its own content, so that not
 * even a page that was made to could read a file. It is gone when this returns, whatever happened.
 *
 * @param html text of the exported page
 * @throws RangeError when the page is too large to be printed so
 */
export async function reportPdf(
  html: string,
  openHidden: () => HiddenWindow,
  pageSize: Paper = 'A4',
): Promise<Uint8Array> {
  const address = `data:text/html;base64,${Buffer.from(html, 'utf8').toString('base64')}`;
  if (address.length > LONGEST_ADDRESS) throw new RangeError('the page is too large to be printed');
  const window = openHidden();
  try {
    await window.loadURL(address);
    // The page has its own margins, and says on each sheet which report it is of.
    return await window.webContents.printToPDF({ pageSize, printBackground: true });
  } finally {
    window.destroy();
  }
}
