import {
  ipcMain,
  type BrowserWindow,
  type IpcMainEvent,
  type WebContents,
  type WebFrameMain,
} from 'electron';
import { APP_ORIGIN, CHANNEL, FromWindow, type ToPage, type ToWindow } from '../channel/index.ts';
import type { CoreOwner } from './core-owner.ts';
import { isOurPage } from './page.ts';
import type { Windows } from './windows.ts';

/** More than this can only be a page that never listens. */
const HELD_LIMIT = 32;

export type Handover = {
  /** Tells the listening pages that the core is gone and a new port will come. */
  lost(): void;
  /** Gives each listening page a port of its own to the new core. */
  renew(): void;
  /** Tells a window's page something; one that does not listen yet gets it when it does. */
  tell(window: BrowserWindow, message: ToPage): void;
};

/**
 * The one door between main and the pages. Our own pages, and only they, get a port to the core each
 * time they say that they listen: at first, after a reload, and after a restart of the core. Bytes
 * then go past main, page to core.
 */
export function handOverPorts(
  windows: Pick<Windows, 'of'>,
  core: Pick<CoreOwner, 'connect'>,
  onMessage: (message: Exclude<FromWindow, { kind: 'ready' }>, window: BrowserWindow) => void,
): Handover {
  /** The frame of each window that said ready last; it leaves with its page. */
  const listening = new Map<WebContents, WebFrameMain>();
  const held = new Map<WebContents, ToPage[]>();

  const mayHave = (
    frame: WebFrameMain | null | undefined,
    window: BrowserWindow | null,
  ): frame is WebFrameMain =>
    frame !== null &&
    frame !== undefined &&
    !frame.isDestroyed() &&
    window !== null &&
    !window.isDestroyed() &&
    frame.parent === null &&
    frame.frameTreeNodeId === window.webContents.mainFrame.frameTreeNodeId &&
    isOurPage(frame.url) &&
    // A sandboxed document at our own address would have the origin "null".
    frame.origin === APP_ORIGIN;

  const give = (frame: WebFrameMain): void => {
    const port = core.connect();
    if (port !== null) frame.postMessage(CHANNEL, { kind: 'port' } satisfies ToWindow, [port]);
  };
  const each = (act: (frame: WebFrameMain) => void): void => {
    for (const [contents, frame] of listening) {
      if (mayHave(frame, windows.of(contents))) act(frame);
      else listening.delete(contents);
    }
  };

  ipcMain.on(CHANNEL, (event: IpcMainEvent, raw: unknown) => {
    const { sender, senderFrame } = event;
    const window = windows.of(sender);
    const { data: message } = FromWindow.safeParse(raw);
    if (message === undefined || window === null || !mayHave(senderFrame, window)) return;
    if (message.kind !== 'ready') {
      onMessage(message, window);
      return;
    }
    listening.set(sender, senderFrame);
    give(senderFrame);
    for (const waiting of held.get(sender) ?? []) senderFrame.postMessage(CHANNEL, waiting);
    held.delete(sender);
  });

  return {
    lost: () => {
      each((frame) => frame.postMessage(CHANNEL, { kind: 'lost' } satisfies ToWindow));
    },
    renew: () => {
      each(give);
    },
    tell: (window, message) => {
      const { webContents } = window;
      const frame = listening.get(webContents);
      if (mayHave(frame, window)) {
        frame.postMessage(CHANNEL, message);
        return;
      }
      const waiting = held.get(webContents);
      if (waiting === undefined) window.once('closed', () => held.delete(webContents));
      if ((waiting?.length ?? 0) < HELD_LIMIT) {
        held.set(webContents, [...(waiting ?? []), message]);
      }
    },
  };
}
