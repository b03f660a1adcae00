import { Inbox, type Wire } from './wire.ts';

/** What crosses Node's IPC pipe between the stand-in's main process and its utility process. */
type Packet =
  | { kind: 'post'; message: unknown; ports: number[] }
  | { kind: 'port-message'; port: number; data: unknown }
  | { kind: 'port-close'; port: number };

export type Pipe = { send(packet: unknown): void };

/** Messages and ports over one pipe: each transferred port gets a number and is relayed. */
export class PortedPipe {
  readonly #pipe: Pipe;
  readonly #onMessage: (message: unknown, ports: Wire[]) => void;
  readonly #local = new Map<number, Wire>();
  readonly #remote = new Map<number, Inbox>();
  #next: number;

  /** `first` is odd on one side and even on the other, so that numbers never meet. */
  constructor(pipe: Pipe, first: 1 | 2, onMessage: (message: unknown, ports: Wire[]) => void) {
    this.#pipe = pipe;
    this.#next = first;
    this.#onMessage = onMessage;
  }

  post(message: unknown, wires: readonly Wire[]): void {
    const ports = wires.map((wire) => {
      const port = this.#next;
      this.#next += 2;
      this.#local.set(port, wire);
      return port;
    });
    this.#send({ kind: 'post', message, ports });
    for (const port of ports) {
      this.#local.get(port)?.listen({
        message: (data) => {
          this.#send({ kind: 'port-message', port, data });
        },
        close: () => {
          this.#local.delete(port);
          this.#send({ kind: 'port-close', port });
        },
      });
    }
  }

  receive(raw: unknown): void {
    const packet = raw as Packet;
    switch (packet.kind) {
      case 'post':
        this.#onMessage(
          packet.message,
          packet.ports.map((port) => this.#wireTo(port)),
        );
        return;
      case 'port-message':
        this.#local.get(packet.port)?.post(packet.data);
        this.#remote.get(packet.port)?.put({ kind: 'message', data: packet.data });
        return;
      case 'port-close':
        this.#local.get(packet.port)?.close();
        this.#remote.get(packet.port)?.put({ kind: 'close' });
    }
  }

  /** The other process is gone: every port that led there closes. */
  end(): void {
    for (const wire of this.#local.values()) wire.close();
    for (const inbox of this.#remote.values()) inbox.put({ kind: 'close' });
  }

  #wireTo(port: number): Wire {
    const inbox = new Inbox();
    this.#remote.set(port, inbox);
    return {
      post: (data) => {
        this.#send({ kind: 'port-message', port, data });
      },
      listen: (ear) => {
        inbox.listen(ear);
      },
      close: () => {
        this.#send({ kind: 'port-close', port });
      },
    };
  }

  #send(packet: Packet): void {
    this.#pipe.send(packet);
  }
}
