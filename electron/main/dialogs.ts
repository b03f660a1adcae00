import { dialog, type BrowserWindow } from 'electron';
import type { Refusal } from '#core/ports';
import { BUNDLE_EXTENSION } from './arguments.ts';
import type { Words } from './words.ts';

/** A refusal that no page can show: what, what to do now, and the code to look for. */
export async function showRefusal(
  { code, reason, next }: Refusal,
  buttons: readonly string[],
): Promise<number> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'OTA Bench',
    message: reason,
    detail: `${next}\n\n${code}`,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  });
  return response;
}

/** The file that a person chooses to open; null when they think better of it. */
export async function chooseFile(window: BrowserWindow, words: Words): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [
      { name: words.bundles, extensions: [BUNDLE_EXTENSION.slice(1)] },
      { name: words.firmware, extensions: ['*'] },
    ],
  });
  return canceled ? null : (filePaths[0] ?? null);
}
