/*
 * The parts of aedes 1.2.0 we hold on to beyond its published types, in one place. package.json
 * pins that version; the tests of packet limits and of order fail should it ever change.
 */
import { Aedes, type AedesOptions, type Client } from 'aedes';
import type { Duplex } from 'node:stream';
import type { Qos } from './record.ts';

export type Done = (error?: Error | null) => void;

/** A message on its way through, as aedes passes it around. */
export type Packet = {
  cmd: 'publish';
  brokerId: string | null;
  brokerCounter: number;
  topic: string;
  payload: Buffer;
  qos: Qos;
  retain: boolean;
  dup: boolean;
  messageId?: number | undefined;
  clientId?: string;
};

/** What persistence sees of PUBLISH, PUBACK, PUBREC and PUBREL. */
export type Acknowledgement = {
  cmd: 'pubrel' | 'puback' | 'pubrec' | 'pubcomp';
  messageId: number;
  brokerId?: string;
  brokerCounter?: number;
};

export type EngineClient = Client & {
  readonly conn: Duplex;
  readonly connackSent: boolean;
  readonly subscriptions: Readonly<Record<string, { qos: Qos }>>;
  readonly _authorized: boolean;
  readonly _parser: Parser;
  _nextId: number;
  /** Nothing more is read of it until aedes has answered its CONNECT. */
  pause(): void;
  deliverQoS(packet: Packet, done: () => void): void;
};

type Parser = {
  packet: { length: number };
  _parseLength(): boolean;
  _emitError(error: Error): boolean;
};

/** What clients, wills and aedes itself hand in. */
export type Publication = {
  topic: string;
  payload?: Buffer | string;
  qos?: Qos;
  retain?: boolean;
  dup?: boolean;
};

export type Engine = Omit<Aedes, 'publish' | 'handle'> & {
  counter: number;
  readonly mq: { emit(packet: Packet, done: Done): void };
  readonly clients: Readonly<Record<string, EngineClient | undefined>>;
  handle(connection: Duplex): EngineClient;
  publish: (packet: Publication, client: EngineClient | null | Done, done?: Done) => void;
};

export function createEngine(options: AedesOptions): Engine {
  return new Aedes(options) as unknown as Engine;
}

/** aedes reads packets of any length into memory: refuse by the length they announce. */
export function limitPackets(client: EngineClient, packetBytes: number): void {
  const parser = client._parser;
  const parseLength = parser._parseLength.bind(parser);
  parser._parseLength = () => {
    const complete = parseLength();
    if (!complete || parser.packet.length <= packetBytes) return complete;
    const announced = String(parser.packet.length);
    parser._emitError(
      new Error(`packet of ${announced} bytes, the limit is ${String(packetBytes)}`),
    );
    return false;
  };
}
