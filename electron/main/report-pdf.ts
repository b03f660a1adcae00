import type { PrintToPDFOptions } from 'electron';

/** Of a window that is never shown; Electron's `BrowserWindow` is one. */
export type HiddenWindow = {
  loadURL(url: string): Promise<void>;
  readonly webContents: { printToPDF(options: PrintToPDFOptions): Promise<Uint8Array> };
  destroy(): void;
};

/** What may be printed so: a report's page, as `reports.export` gives it. */
const LARGEST_PAGE = 16_777_216;

/**
 * A report's page as PDF. The window is opened with scripts switched off and no preload: the page
 * has none, and asks for nothing from elsewhere. It is gone when this returns, whatever happened.
 *
 * @param html text of the exported page
 */
export async function reportPdf(
  html: string,
  openHidden: () => HiddenWindow,
  pageSize: 'A4' | 'Letter' = 'A4',
): Promise<Uint8Array> {
  if (html.length > LARGEST_PAGE) throw new RangeError('the page is too large to be printed');
  const window = openHidden();
  try {
    await window.loadURL(`data:text/html;base64,${Buffer.from(html, 'utf8').toString('base64')}`);
    // The page has its own margins, and says on each sheet which report it is of.
    return await window.webContents.printToPDF({ pageSize, printBackground: true });
  } finally {
    window.destroy();
  }
}
