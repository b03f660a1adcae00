import { EventEmitter } from 'node:events';
import type { MessageChannelMain, MessagePortMain } from 'electron';
import { createWirePair, type Wire } from './wire.ts';

/** Electron's MessagePortMain: an EventEmitter whose messages wait for `start()`. */
export class StandInPort extends EventEmitter implements MessagePortMain {
  #wire: Wire | null;

  constructor(wire: Wire) {
    super();
    this.#wire = wire;
  }

  postMessage(message: unknown, transfer: MessagePortMain[] = []): void {
    if (transfer.length > 0) throw new Error('the stand-in carries no ports inside ports');
    // A closed or transferred port drops what it is given, as Electron's does.
    this.#wire?.post(message);
  }

  start(): void {
    this.#wire?.listen({
      message: (data) => this.emit('message', { data, ports: [] }),
      close: () => {
        this.#wire = null;
        this.emit('close');
      },
    });
  }

  close(): void {
    this.#wire?.close();
    this.#wire = null;
  }

  /** Takes the wire out, as a transfer does; the port is neutered. */
  surrender(): Wire {
    const wire = this.#wire;
    if (wire === null) throw new Error('Port at index 0 is already neutered.');
    this.#wire = null;
    return wire;
  }
}

export class StandInChannel implements MessageChannelMain {
  port1: StandInPort;
  port2: StandInPort;

  constructor() {
    const [one, two] = createWirePair();
    this.port1 = new StandInPort(one);
    this.port2 = new StandInPort(two);
  }
}

export function wiresOf(transfer: readonly MessagePortMain[] = []): Wire[] {
  return transfer.map((port) => {
    if (!(port instanceof StandInPort)) throw new TypeError('Invalid value for transfer');
    return port.surrender();
  });
}
