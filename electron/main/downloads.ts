import { app, type Session } from 'electron';
import { join } from 'node:path';
import type { Refusal } from '#core/ports';
import { isOurPage } from './page.ts';

/**
 * A page's download asks where it goes, beginning in the folder for downloads. The page never hears
 * how it ended, so one that fails is said here.
 */
export function askForDownloads(session: Session, onFailed: (refusal: Refusal) => void): void {
  session.on('will-download', (event, item, contents) => {
    if (!isOurPage(contents.getURL())) {
      event.preventDefault();
      return;
    }
    // Without a save path Electron asks; these are what the question begins with.
    item.setSaveDialogOptions({ defaultPath: join(app.getPath('downloads'), item.getFilename()) });
    item.once('done', (_done, state) => {
      // A person who thought better of it knows.
      if (state !== 'interrupted') return;
      onFailed({
        code: 'FILE_NOT_WRITTEN',
        reason: `${item.getFilename()} could not be written to ${item.getSavePath()}.`,
        next: 'Choose another place, or free some space, and save it again.',
      });
    });
  });
}
