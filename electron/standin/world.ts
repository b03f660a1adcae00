import type { EventEmitter } from 'node:events';

/** What the parts of the stand-in know of each other. */
export type World = {
  readonly app: EventEmitter;
  readonly ipcMain: EventEmitter;
  readonly ready: boolean;
  readonly whenReady: Promise<void>;
  readonly userData: string;
  readonly anotherInstanceRuns: boolean;
  sandboxed: boolean;
  readonly windows: { isDestroyed(): boolean; close(): void }[];
  /** A request of the page or of `loadURL`, answered by the registered scheme. */
  fetch(address: string): Promise<Response>;
  lastWindowClosed(): void;
  end(): void;
};
