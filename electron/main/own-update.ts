import { app, dialog } from 'electron';
import type { Clock, Log } from '#core/ports';
import { createUpdateReminder, type UpdateReminder } from './update-reminder.ts';
import { createUpdater } from './updater.ts';
import type { Words } from './words.ts';

/** Looks for a newer OTA Bench; asks nobody where no address of updates was packed. */
export function lookForOwnUpdate(options: {
  clock: Clock;
  log: Log;
  words: () => Words;
  busy: () => boolean;
}): UpdateReminder {
  const { clock, log, words, busy } = options;
  const updater = createUpdater({
    ...{ log, busy, env: process.env, platform: process.platform },
    resources: process.resourcesPath,
    installed: app.isPackaged,
    ask: async ({ kind, version }) => {
      const { updateFound, updateReady, updateDownload, updateInstall, later } = words();
      const download = kind === 'download';
      const { response } = await dialog.showMessageBox({
        type: 'question',
        title: 'OTA Bench',
        message: download ? updateFound(version) : updateReady(version),
        buttons: [download ? updateDownload : updateInstall, later],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      });
      return response === 0;
    },
  });
  return createUpdateReminder({ updater, clock });
}
