import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { preventable } from './events.ts';
import type { World } from './world.ts';

export class StandInApp
  extends EventEmitter
  implements
    Pick<
      App,
      | 'enableSandbox'
      | 'getPath'
      | 'getVersion'
      | 'isPackaged'
      | 'isReady'
      | 'quit'
      | 'requestSingleInstanceLock'
      | 'whenReady'
    >
{
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

  getPath(name: Parameters<App['getPath']>[0]): string {
    if (name !== 'userData') throw new Error(`the stand-in has no ${name} folder`);
    return this.#standIn.userData;
  }

  getVersion(): string {
    return '0.0.0-standin';
  }

  quit(): void {
    if (this.#quitting) return;
    this.#quitting = true;
    setImmediate(() => {
      this.emit('before-quit', preventable({}));
      for (const window of this.#standIn.windows) window.close();
      const event = preventable({});
      this.emit('will-quit', event);
      this.#quitting = false;
      if (!event.defaultPrevented) this.#standIn.end();
    });
  }

  get quitting(): boolean {
    return this.#quitting;
  }
}
