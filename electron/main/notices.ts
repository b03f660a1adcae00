import { BrowserWindow, Notification } from 'electron';
import type { Place } from '../channel/index.ts';
import type { Glance } from './glance.ts';
import { updateLine, type Words } from './words.ts';

/** More at once are told as one: a campaign may end by the hundred. */
const EACH_LIMIT = 3;

/** What the system tells a person who is not looking at a window. */
export type Notices = {
  ended(updates: Glance['ended'], words: Words): void;
  coreRestarted(words: Words): void;
};

export function createNotices(open: (place: Place) => void): Notices {
  // Held, because a notification that is collected no longer answers a click.
  const shown = new Set<Notification>();
  const show = (title: string, body: string, place: Place): void => {
    if (!Notification.isSupported()) return;
    const notice = new Notification({ title, body });
    shown.add(notice);
    notice.on('click', () => {
      open(place);
    });
    // Windows says so where the system shows none, by a setting of the person's for instance.
    for (const end of ['click', 'close', 'failed'] as const) {
      (notice as NodeJS.EventEmitter).once(end, () => shown.delete(notice));
    }
    notice.show();
  };
  return {
    ended: (updates, words) => {
      if (updates.length === 0 || BrowserWindow.getFocusedWindow() !== null) return;
      if (updates.length > EACH_LIMIT) {
        const lines = updates.slice(0, EACH_LIMIT).map(updateLine);
        const more = words.moreUpdates(updates.length - EACH_LIMIT);
        const body = [...lines, more].join('\n');
        show(words.endedMany(updates.length), body, { kind: 'screen', screen: 'bench' });
        return;
      }
      for (const update of updates) {
        const { updateId, stage } = update;
        show(words.ended[stage] ?? stage, updateLine(update), { kind: 'update', updateId });
      }
    },
    coreRestarted: (words) => {
      show(words.coreRestarted, words.coreRestartedBody, { kind: 'screen', screen: 'bench' });
    },
  };
}
