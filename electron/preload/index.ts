import { contextBridge, ipcRenderer } from 'electron';
import {
  APP_ORIGIN,
  CHANNEL,
  FromWindow,
  LOST_MESSAGE,
  PORT_MESSAGE,
  ToWindow,
  type OtaBenchBridge,
  type ToPage,
} from '../channel/index.ts';

/** More than this can only be a page that never listens. */
const HELD_LIMIT = 32;

let listener: ((message: ToPage) => void) | null = null;
let held: ToPage[] = [];

// The port goes through `window.postMessage` because the context bridge copies values and a
// MessagePort can only be transferred. The target origin keeps it from any page that is not ours.
ipcRenderer.on(CHANNEL, (event, raw: unknown) => {
  const { data: message } = ToWindow.safeParse(raw);
  if (message === undefined) return;
  switch (message.kind) {
    case 'port':
      window.postMessage(PORT_MESSAGE, APP_ORIGIN, event.ports);
      return;
    case 'lost':
      window.postMessage(LOST_MESSAGE, APP_ORIGIN);
      return;
    case 'go':
    case 'wish':
    case 'news':
    case 'refused':
    case 'file':
      if (listener !== null) listener(message);
      else if (held.length < HELD_LIMIT) held.push(message);
  }
});

const tell = (raw: unknown): void => {
  const { data: message } = FromWindow.safeParse(raw);
  if (message !== undefined) ipcRenderer.send(CHANNEL, message);
};

const bridge: OtaBenchBridge = {
  platform: process.platform,
  ready: () => tell({ kind: 'ready' } satisfies FromWindow),
  tell,
  listen: (next) => {
    listener = next;
    const waiting = held;
    held = [];
    for (const message of waiting) next(message);
  },
};
contextBridge.exposeInMainWorld('otaBench', bridge);
