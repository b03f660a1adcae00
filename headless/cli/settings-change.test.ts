import { expect, it } from 'vitest';
import { type Settings } from '#core/contract';
import { changedSettings } from './settings-change.ts';

const listener = { on: false, host: '127.0.0.1', port: 0, remote: false };
const settings: Settings = {
  ...{ topicRoot: 'vehicle/updates', subscriptions: 'refuse-suback', backendPort: 0 },
  ...{ algorithm: 'EdDSA', transport: 'https', externalBroker: null },
  listeners: { tls: listener, tlsPassword: listener, tcp: listener, wss: listener, ws: listener },
  policies: { gatekeeper: 'require', dcu: 'require', backend: 'require' },
  capture: { bytes: 1_000_000_000, ageDays: 30 },
};

it('changes what is named and leaves the rest', () => {
  const changed = changedSettings(settings, ['listeners.tls.port=8884', 'topicRoot=a=b']);
  expect(changed.listeners.tls).toEqual({ ...listener, port: 8_884 });
  expect({ ...changed, listeners: settings.listeners, topicRoot: '' }).toEqual({
    ...settings,
    topicRoot: '',
  });
});

it('names an outside broker where there was none, and none where there was one', () => {
  const outside = changedSettings(settings, ['externalBroker.url=mqtt://127.0.0.1:1']);
  expect(outside.externalBroker).toEqual({ url: 'mqtt://127.0.0.1:1', caPem: null });
  expect(changedSettings(outside, ['externalBroker=null']).externalBroker).toBeNull();
});

it.each([
  ['algorithm=MD5', 'algorithm: '],
  ['algoritm=ES256', 'there is no setting algoritm'],
  ['algorithm', 'is not PATH=VALUE'],
  ['=1', 'is not PATH=VALUE'],
  ['listeners.tls.on=maybe', 'listeners.tls.on: '],
  ['listeners.tls.on.x=1', 'there is no setting'],
  ['policies.__proto__.x=1', 'there is no setting'],
])('refuses %s with a reason', (change, reason) => {
  expect(() => changedSettings(settings, ['backendPort=1', change])).toThrow(reason);
});
