import type { Duplex } from 'node:stream';
import type { ClientCertificate } from './certificate.ts';

export type ListenerKind = 'tcp' | 'tls' | 'ws' | 'wss';

/** Somebody whose transport is up and who may now say CONNECT. */
export type Visitor = {
  /** MQTT packets, whatever carries them. */
  readonly stream: Duplex;
  readonly address: string;
  readonly via: ListenerKind;
  /** Verified against the CA and the CRL; null where the client has none. */
  readonly certificate: ClientCertificate | null;
};

/**
 * What limits count by. An IPv6 host has a whole /64 to choose from; IPv4 inside IPv6 is the
 * same machine as without.
 */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(gap).fill('0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
