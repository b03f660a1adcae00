import { app, type Session } from 'electron';
import { join } from 'node:path';
import { isOurPage } from './page.ts';

/** A page's download asks where it goes, beginning in the folder for downloads. */
export function askForDownloads(session: Session): void {
  session.on('will-download', (event, item, contents) => {
    if (!isOurPage(contents.getURL())) {
      event.preventDefault();
      return;
    }
    // Without a save path Electron asks; these are what the question begins with.
    item.setSaveDialogOptions({ defaultPath: join(app.getPath('downloads'), item.getFilename()) });
  });
}
