import { app, BrowserWindow, dialog } from 'electron';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal } from '#core/ports';
import type { FromWindow } from '../channel/index.ts';
import { reportPdf, type HiddenWindow } from './report-pdf.ts';

type Asked = Extract<FromWindow, { kind: 'report-pdf' }>;

/** Whether it was saved; null when the person thought better of it. */
export type Saved = { kind: 'saved' } | { kind: 'refused'; refusal: Refusal } | null;

/** Asks where a report's PDF goes and writes it there: whole, or not at all. */
export async function savePdf({ name, html, paper }: Asked, window: BrowserWindow): Promise<Saved> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: join(app.getPath('downloads'), name),
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
  });
  if (canceled || filePath === '') return null;
  const beside = `${filePath}.part`;
  try {
    await writeFile(beside, await reportPdf(html, openHidden, paper));
    await rename(beside, filePath);
    return { kind: 'saved' };
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    const words = error instanceof Error ? error.message : String(error);
    return {
      kind: 'refused',
      refusal: {
        code: 'FILE_NOT_WRITTEN',
        reason: `${filePath}: ${words}`.slice(0, 2_000),
        next: 'Save it elsewhere, or save the page as HTML and print that in a browser.',
      },
    };
  }
}

/** Its session is its own, in memory, and shares nothing with the windows of the application. */
function openHidden(): HiddenWindow {
  return new BrowserWindow({
    show: false,
    webPreferences: {
      partition: 'report-pdf',
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    },
  });
}
