import type { EventEmitter } from 'node:events';
import type { ForkOptions, PrintToPDFOptions, RelaunchOptions } from 'electron';
import type { PageMaker } from './rendering.ts';

/** What the parts of the stand-in know of each other. */
export type World = {
  readonly app: EventEmitter;
  readonly ipcMain: EventEmitter;
  readonly ready: boolean;
  readonly whenReady: Promise<void>;
  readonly userData: string;
  readonly anotherInstanceRuns: boolean;
  /** `getPreferredSystemLanguages`. */
  readonly languages: string[];
  sandboxed: boolean;
  aboutShown: number;
  /** With what the application asked to be started again. */
  readonly relaunched: RelaunchOptions[];
  /** Schemes that the application registered itself for. */
  readonly protocols: string[];
  readonly windows: { isDestroyed(): boolean; close(): void }[];
  readonly processes: readonly {
    readonly pid: number | undefined;
    readonly options: ForkOptions;
  }[];
  /** Pages that were printed as PDF. */
  readonly printed: { readonly address: string; readonly options: PrintToPDFOptions }[];
  /** What plays the renderer processes. */
  readonly pages: PageMaker;
  /** A request of the page or of `loadURL`, answered by the registered scheme. */
  fetch(address: string, init?: RequestInit): Promise<Response>;
  lastWindowClosed(): void;
  end(): void;
};
