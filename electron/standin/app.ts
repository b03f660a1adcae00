import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { App, ProcessMetric, RelaunchOptions } from 'electron';
import { preventable } from './events.ts';
import type { World } from './world.ts';

type Part = Pick<
  App,
  | 'enableSandbox'
  | 'getPath'
  | 'getPreferredSystemLanguages'
  | 'getVersion'
  | 'isPackaged'
  | 'isReady'
  | 'quit'
  | 'relaunch'
  | 'requestSingleInstanceLock'
  | 'setAboutPanelOptions'
  | 'setAsDefaultProtocolClient'
  | 'showAboutPanel'
  | 'whenReady'
>;

export class StandInApp extends EventEmitter implements Part {
  readonly isPackaged = true;
  readonly #standIn: World;
  #quitting = false;

  constructor(standIn: World) {
    super();
    this.#standIn = standIn;
  }

  isReady(): boolean {
    return this.#standIn.ready;
  }

  whenReady(): Promise<void> {
    return this.#standIn.whenReady;
  }

  enableSandbox(): void {
    if (this.#standIn.ready)
      throw new Error('app.enableSandbox() can only be called before app is ready');
    this.#standIn.sandboxed = true;
  }

  requestSingleInstanceLock(): boolean {
    return !this.#standIn.anotherInstanceRuns;
  }

  /** `logs` is made when it is asked for, as documented; below `userData` but on macOS. */
  getPath(name: Parameters<App['getPath']>[0]): string {
    if (name === 'userData') return this.#standIn.userData;
    if (name !== 'logs' && name !== 'downloads')
      throw new Error(`the stand-in has no ${name} folder`);
    const folder = join(this.#standIn.userData, name);
    if (!existsSync(folder)) mkdirSync(folder);
    return folder;
  }

  getVersion(): string {
    return '0.0.0-standin';
  }

  getPreferredSystemLanguages(): string[] {
    return this.#standIn.languages;
  }

  relaunch(options: RelaunchOptions = {}): void {
    this.#standIn.relaunched.push(options);
  }

  setAsDefaultProtocolClient(protocol: string): boolean {
    this.#standIn.protocols.push(protocol);
    return true;
  }

  setAboutPanelOptions(): void {
    // Only drawn.
  }

  showAboutPanel(): void {
    this.#standIn.aboutShown += 1;
  }

  /** Utility processes only: they are what there is of processes beside this one. */
  getAppMetrics(): Pick<ProcessMetric, 'pid' | 'type' | 'name'>[] {
    return this.#standIn.processes.flatMap(({ pid, options }) =>
      pid === undefined
        ? []
        : [{ pid, type: 'Utility' as const, name: options.serviceName ?? 'Node Utility Process' }],
    );
  }

  /**
   * Documented: `before-quit`, which can be prevented; then every window is closed, each of which can
   * prevent it; then `will-quit`, likewise. `window-all-closed` is not emitted on this way.
   */
  quit(): void {
    if (this.#quitting) return;
    this.#quitting = true;
    setImmediate(() => {
      this.#tryToQuit();
      this.#quitting = false;
    });
  }

  #tryToQuit(): void {
    const before = preventable({});
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    for (const window of this.#standIn.windows) window.close();
    if (this.#standIn.windows.some((window) => !window.isDestroyed())) return;
    const will = preventable({});
    this.emit('will-quit', will);
    if (!will.defaultPrevented) this.#standIn.end();
  }

  get quitting(): boolean {
    return this.#quitting;
  }
}
