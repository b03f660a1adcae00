import { expect, it } from 'vitest';
import type { Listeners } from '#core/contract';
import { takeOver } from './take-over.ts';

const off = { on: false, host: '127.0.0.1', port: 0, remote: true };
const ours: Listeners = {
  ...{ tls: { ...off, on: true, port: 8_883 }, tlsPassword: off, tcp: off, wss: off, ws: off },
};

it('switches on what the file names, with its address, and everything else off', () => {
  const taken = takeOver(ours, [
    { as: 'tcp', host: '0.0.0.0', port: 1_884 },
    { as: 'tcp', host: '127.0.0.1', port: 1_885 },
    { as: 'wss', host: '127.0.0.1', port: 9_001 },
  ]);
  expect(taken.tcp).toEqual({ on: true, host: '0.0.0.0', port: 1_884, remote: false });
  expect(taken.wss).toMatchObject({ on: true, port: 9_001 });
  expect([taken.tls.on, taken.tlsPassword.on, taken.ws.on]).toEqual([false, false, false]);
});

it('takes nobody’s word for opening an address to the network', () => {
  const taken = takeOver(ours, [{ as: 'tls', host: '0.0.0.0', port: 8_883 }]);
  expect(taken.tls.remote).toBe(false);
});
