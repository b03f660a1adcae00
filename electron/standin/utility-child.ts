/** Loaded before a utility process's entry: gives it `process.parentPort` as Electron would. */
import { EventEmitter } from 'node:events';
import type { MessageEvent as ElectronMessageEvent, ParentPort } from 'electron';
import { PortedPipe } from './ipc.ts';
import { StandInPort } from './ports.ts';

class StandInParentPort extends EventEmitter implements Pick<ParentPort, 'postMessage'> {
  readonly #pipe: PortedPipe;
  #queue: ElectronMessageEvent[] | null = [];

  constructor(send: (packet: unknown) => void) {
    super();
    this.#pipe = new PortedPipe({ send }, 2, (data, wires) => {
      const event = { data, ports: wires.map((wire) => new StandInPort(wire)) };
      if (this.#queue === null) this.emit('message', event);
      else this.#queue.push(event);
    });
    // Documented: messages are queued until a handler is registered.
    this.on('newListener', (name) => {
      if (name !== 'message' || this.#queue === null) return;
      const queue = this.#queue;
      this.#queue = null;
      setImmediate(() => {
        for (const event of queue) this.emit('message', event);
      });
    });
    process.on('message', (packet) => {
      this.#pipe.receive(packet);
    });
    // Chromium ends a utility process whose browser process is gone.
    process.on('disconnect', () => process.exit(1));
  }

  postMessage(message: unknown): void {
    this.#pipe.post(message, []);
  }
}

if (process.send === undefined) throw new Error('the stand-in utility process needs an IPC pipe');
Object.defineProperty(process, 'parentPort', {
  value: new StandInParentPort((packet) => {
    if (process.connected) process.send?.(packet, () => undefined);
  }),
});
