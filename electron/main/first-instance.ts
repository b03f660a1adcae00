import { app } from 'electron';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '#core/ports';
import { chooseFolder, showRefusal } from './dialogs.ts';
import { languageOf, wordsOf } from './words.ts';
import { workspaceWithin } from './workspace-place.ts';

/** Folders that the system gives the application. */
export type Places = { userData: string; logs: string };

/** @throws where the system has no place for an application's data at all */
export function placesOfApp(): Places {
  const userData = app.getPath('userData');
  try {
    return { userData, logs: app.getPath('logs') };
  } catch {
    // Made when it is asked for, so it fails on a disk that is full or read-only.
    return { userData, logs: join(userData, 'logs') };
  }
}

/**
 * True for the first instance on this folder. Any other ends: Electron hands its arguments to the
 * first. Chromium's lock lies in the folder, so one that cannot be written looks to Electron as if
 * another instance had it; a person is told which of the two it is.
 */
export function isFirstInstance({ userData }: Places): boolean {
  if (app.requestSingleInstanceLock()) return true;
  const refusal = whyNoLock(userData);
  if (refusal === null) app.quit();
  else {
    const asked = process.argv.slice(1);
    void app.whenReady().then(() => goElsewhere(refusal, userData, asked));
  }
  return false;
}

async function goElsewhere(
  refusal: Refusal,
  userData: string,
  asked: readonly string[],
): Promise<void> {
  const language = languageOf(app.getPreferredSystemLanguages());
  const words = wordsOf(language);
  for (;;) {
    const way = await showRefusal(refusal, ['other-workspace', 'quit'], { words, language });
    if (way !== 'other-workspace') break;
    const folder = await chooseFolder(userData, words);
    if (folder === null) continue;
    // The folder of user data can only be another one before the application is ready.
    const args = asked.filter((each) => !each.startsWith('--user-data-dir'));
    const { APPIMAGE: execPath } = process.env;
    app.relaunch({
      args: [...args, `--user-data-dir=${workspaceWithin(folder)}`],
      // An AppImage's own program is gone once it ends, with the mount that it lies in.
      ...(execPath === undefined ? {} : { execPath }),
    });
    break;
  }
  app.quit();
}

/** Why the folder takes no lock; null when it can be written, so that somebody else has the lock. */
export function whyNoLock(
  folder: string,
  write: (file: string) => void = (file) => writeFileSync(file, ''),
): Refusal | null {
  const probe = join(folder, `.writable-${process.pid}`);
  try {
    write(probe);
    rmSync(probe, { force: true });
    return null;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const refusal = {
      EROFS: 'WORKSPACE_READ_ONLY',
      EACCES: 'WORKSPACE_READ_ONLY',
      EPERM: 'WORKSPACE_READ_ONLY',
      ENOSPC: 'DISK_FULL',
      EDQUOT: 'DISK_FULL',
    }[code];
    return {
      code: refusal ?? 'WORKSPACE_UNUSABLE',
      reason: `${folder} cannot be written: ${message}`,
      next: 'Make it writable, or choose another folder.',
    };
  }
}
