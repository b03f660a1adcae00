import { dialog, type BrowserWindow } from 'electron';
import { dirname } from 'node:path';
import type { Refusal } from '#core/ports';
import type { Language } from '../channel/index.ts';
import { BUNDLE_EXTENSION } from './arguments.ts';
import { inWords } from './refusal-words.ts';
import type { Way, Words } from './words.ts';

/** A refusal that no page can show. Return takes the first way, Escape the last. */
export async function showRefusal(
  refusal: Refusal,
  ways: readonly [Way, ...Way[]],
  { words, language }: { words: Words; language: Language },
): Promise<Way> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'OTA Bench',
    ...inWords(refusal, language),
    buttons: ways.map((way) => words.ways[way]),
    defaultId: 0,
    cancelId: ways.length - 1,
    noLink: true,
  });
  return ways[response] ?? ways[0];
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

/** The folder that a person chooses for a workspace, which may be empty; null when none. */
export async function chooseFolder(now: string, words: Words): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    properties: ['openDirectory', 'createDirectory'],
    title: words.chooseFolder,
    // macOS shows this one instead.
    message: words.chooseFolder,
    buttonLabel: words.openHere,
    defaultPath: dirname(now),
  });
  return canceled ? null : (filePaths[0] ?? null);
}
