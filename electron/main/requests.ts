import { app, type Event } from 'electron';
import { isCodedError, type Refusal } from '#core/ports';
import type { ToPage } from '../channel/index.ts';
import { askedFor, type Asked } from './arguments.ts';
import { parseLink } from './deep-link.ts';
import type { OpenedFiles } from './opened-files.ts';

/** Links and files that the system hands over; what comes before there is a window waits for it. */
export type Requests = {
  /** From now on there are windows. Also takes what the application was started with. */
  begin(): void;
  file(path: string): Promise<void>;
};

export function takeRequests(options: {
  opened: OpenedFiles;
  /** Brings a window to the front and tells it. */
  tell: (message: ToPage) => void;
  /** Brings a window to the front. */
  show: () => void;
}): Requests {
  const { opened, tell, show } = options;
  let waiting: Asked[] | null = [askedFor(process.argv, process.cwd())];
  const refuse = (error: unknown): void => {
    if (!isCodedError(error)) throw error;
    const { code, reason, next } = error satisfies Refusal;
    tell({ kind: 'refused', refusal: { code, reason, next } });
  };
  const link = (text: string): void => {
    try {
      tell({ kind: 'go', place: parseLink(text) });
    } catch (error) {
      refuse(error);
    }
  };
  const file = async (path: string): Promise<void> => {
    try {
      tell({ kind: 'file', ...(await opened.offer(path)) });
    } catch (error) {
      refuse(error);
    }
  };
  const take = (asked: Asked): void => {
    if (waiting !== null) {
      waiting.push(asked);
      return;
    }
    asked.links.forEach(link);
    for (const path of asked.files) void file(path);
  };
  app.on('open-url', (event: Event, url) => {
    event.preventDefault();
    take({ links: [url], files: [] });
  });
  app.on('open-file', (event: Event, path) => {
    event.preventDefault();
    take({ links: [], files: [path] });
  });
  app.on('second-instance', (_event, argv, workingDirectory) => {
    show();
    take(askedFor(argv, workingDirectory));
  });
  return {
    begin: () => {
      const held = waiting ?? [];
      waiting = null;
      held.forEach(take);
    },
    file,
  };
}
