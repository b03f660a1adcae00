import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import type { ForkOptions, MessagePortMain, UtilityProcess } from 'electron';
import { PortedPipe } from './ipc.ts';
import { wiresOf } from './ports.ts';

const CHILD = new URL('utility-child.ts', import.meta.url).href;

/** Electron's UtilityProcess as a real Node process with real signals and exit codes. */
export class StandInUtilityProcess
  extends EventEmitter
  implements Pick<UtilityProcess, 'kill' | 'pid' | 'postMessage' | 'stdout' | 'stderr'>
{
  readonly stdout = null;
  readonly stderr = null;
  readonly modulePath: string;
  readonly options: ForkOptions;
  readonly #child: ChildProcess;
  readonly #pipe: PortedPipe;
  #alive = true;

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super();
    this.modulePath = modulePath;
    this.options = options;
    this.#child = fork(modulePath, args, {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', CHILD],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#pipe = new PortedPipe(
      {
        send: (packet) => {
          if (this.#child.connected) this.#child.send(packet as object, () => undefined);
        },
      },
      1,
      (message) => this.emit('message', message),
    );
    this.#child.on('message', (packet) => {
      this.#pipe.receive(packet);
    });
    this.#child.once('spawn', () => this.emit('spawn'));
    this.#child.once('exit', (code, signal) => {
      this.#alive = false;
      this.#pipe.end();
      this.emit('exit', code ?? (signal === null ? 1 : constants.signals[signal]));
    });
  }

  get pid(): number | undefined {
    return this.#alive ? this.#child.pid : undefined;
  }

  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    this.#pipe.post(message, wiresOf(transfer));
  }

  kill(): boolean {
    return this.#alive && this.#child.kill('SIGTERM');
  }
}
