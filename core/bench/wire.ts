import { RPCHandler } from '@orpc/server/websocket';
import { type Log } from '#core/ports';
import { type BenchRouter } from './router.ts';

/** All that the contract needs of a transport: something that sends, and says when it ends. */
export type Wire = {
  /** Resolves once the other side's transport has taken the frame; a stream waits for it. */
  send(frame: string | Uint8Array): Promise<void> | void;
  onFrame(listener: (frame: string | Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
};

/** Malformed frames forgiven on one wire before it is closed: a broken peer is not worth a log full of it. */
const MALFORMED_LIMIT = 8;

/** Serves the contract on one wire until it closes. A frame that cannot be read is dropped and logged. */
export function serveWire(router: BenchRouter, wire: Wire, log: Log): void {
  const handler = new RPCHandler(router);
  const socket = {
    send: (frame: string | ArrayBufferLike | Blob | ArrayBufferView) =>
      wire.send(frame as string | Uint8Array),
    addEventListener: () => undefined,
  };
  let malformed = 0;
  wire.onFrame((frame) => {
    // The adapter takes any view at run time; its type names only what a browser delivers.
    handler.message(socket, frame as string | ArrayBuffer).catch((error: unknown) => {
      malformed += 1;
      log('warn', 'a frame could not be served', { reason: String(error) });
      if (malformed >= MALFORMED_LIMIT) wire.close();
    });
  });
  wire.onClose(() => handler.close(socket));
}

/** Node's and Electron's message ports, as far as both agree. */
export type PortLike = {
  postMessage(message: unknown): void;
  close(): void;
  start?(): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
};

/** A `MessagePort` of `node:worker_threads` delivers the data itself, Electron's an event around it. */
export function portWire(port: PortLike): Wire {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame(listener) {
      port.on('message', (message) => {
        const frame = isFrame(message) ? message : (message as { data?: unknown } | null)?.data;
        // Anything else cannot be a frame; an empty one is counted as malformed.
        listener(isFrame(frame) ? frame : '');
      });
      port.start?.();
    },
    onClose: (listener) => void port.on('close', listener),
    close: () => port.close(),
  };
}

function isFrame(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

/** As much of `ws` as a wire needs. */
export type SocketLike = {
  send(data: string | Uint8Array, done: (error?: Error) => void): void;
  close(): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
};

/** `send` resolves when the kernel took the bytes, so a slow browser slows its own streams and no other. */
export function socketWire(socket: SocketLike): Wire {
  return {
    send: (frame) =>
      new Promise((resolve) => {
        // A failed send means the socket is going: its close ends the streams.
        socket.send(frame, () => resolve());
      }),
    onFrame(listener) {
      socket.on('message', (data, isBinary) => {
        listener(isBinary ? bytesOf(data) : String(data));
      });
    },
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  };
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return Array.isArray(data) ? Buffer.concat(data as Uint8Array[]) : new Uint8Array();
}
