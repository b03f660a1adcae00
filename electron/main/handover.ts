import { ipcMain, type BrowserWindow, type IpcMainEvent, type WebFrameMain } from 'electron';
import { APP_ORIGIN, CHANNEL, type FromWindow, type ToWindow } from '../channel/index.ts';
import type { CoreOwner } from './core-owner.ts';
import { isOurPage } from './page.ts';

export type Handover = {
  /** Tells a listening page that the core is gone and a new port will come. */
  lost(): void;
  /** Gives a listening page a port to the new core. */
  renew(): void;
};

/**
 * Gives our own page, and only it, a port to the core each time it says that it listens: at first,
 * after a reload, and after a restart of the core. Bytes then go past main, page to core.
 */
export function handOverPorts(
  currentWindow: () => BrowserWindow | null,
  core: CoreOwner,
): Handover {
  /** The frame that said ready last; it leaves with its page. */
  let listening: WebFrameMain | null = null;

  const mayHave = (frame: WebFrameMain | null): frame is WebFrameMain => {
    const window = currentWindow();
    return (
      frame !== null &&
      !frame.isDestroyed() &&
      window !== null &&
      !window.isDestroyed() &&
      frame.parent === null &&
      frame.frameTreeNodeId === window.webContents.mainFrame.frameTreeNodeId &&
      isOurPage(frame.url) &&
      // A sandboxed document at our own address would have the origin "null".
      frame.origin === APP_ORIGIN
    );
  };

  const give = (frame: WebFrameMain): void => {
    const port = core.connect();
    if (port !== null) frame.postMessage(CHANNEL, { kind: 'port' } satisfies ToWindow, [port]);
  };

  ipcMain.on(CHANNEL, (event: IpcMainEvent, message: unknown) => {
    const frame = event.senderFrame;
    if (!isReady(message) || !mayHave(frame)) return;
    listening = frame;
    give(frame);
  });

  return {
    lost: () => {
      if (mayHave(listening)) listening.postMessage(CHANNEL, { kind: 'lost' } satisfies ToWindow);
    },
    renew: () => {
      if (mayHave(listening)) give(listening);
    },
  };
}

function isReady(message: unknown): message is FromWindow {
  return (
    typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready'
  );
}
