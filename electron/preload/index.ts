import { contextBridge, ipcRenderer } from 'electron';
import {
  APP_ORIGIN,
  CHANNEL,
  LOST_MESSAGE,
  PORT_MESSAGE,
  type FromWindow,
  type OtaBenchBridge,
  type ToWindow,
} from '../channel/index.ts';

// The port goes through `window.postMessage` because the context bridge copies values and a
// MessagePort can only be transferred. The target origin keeps it from any page that is not ours.
ipcRenderer.on(CHANNEL, (event, message: ToWindow) => {
  switch (message.kind) {
    case 'port':
      window.postMessage(PORT_MESSAGE, APP_ORIGIN, event.ports);
      return;
    case 'lost':
      window.postMessage(LOST_MESSAGE, APP_ORIGIN);
  }
});

const bridge: OtaBenchBridge = {
  platform: process.platform,
  ready: () => {
    ipcRenderer.send(CHANNEL, { kind: 'ready' } satisfies FromWindow);
  },
};
contextBridge.exposeInMainWorld('otaBench', bridge);
