import { describe, expect, it } from 'vitest';
import { type ListenerName, type ListenerSetting, type Settings } from '#core/contract';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { listenersFor } from './handout-listeners.ts';

/** Those named are on, on their usual port unless told otherwise. */
function aSetup(on: Partial<Record<ListenerName, Partial<ListenerSetting>>>): Settings {
  const listeners = structuredClone(DEFAULT_SETTINGS.listeners);
  for (const name of Object.keys(listeners) as ListenerName[]) {
    Object.assign(listeners[name], { on: name in on }, on[name]);
  }
  return { ...DEFAULT_SETTINGS, listeners };
}
const placesOf = (settings: Settings, port = 9_883): string[] =>
  listenersFor(settings, port).map(({ kind, host, port: at }) => `${kind} ${host}:${String(at)}`);

describe('the listeners that Mosquitto is to have', () => {
  it('are those that are on; the port wanted is that of TLS with certificates', () => {
    expect(placesOf(DEFAULT_SETTINGS)).toEqual(['tls 127.0.0.1:9883']);
    expect(placesOf(aSetup({ ws: {}, tcp: { host: '::1' }, tls: { port: 7 } }))).toEqual([
      ...['tls 127.0.0.1:9883', 'tcp ::1:1883', 'ws 127.0.0.1:8083'],
    ]);
  });

  it('do without TLS where it is off', () => {
    expect(placesOf(aSetup({ tcp: {} }))).toEqual(['tcp 127.0.0.1:1883']);
    // Nobody listens there, so nobody is in the way.
    expect(placesOf(aSetup({ tcp: {} }), 1_883)).toEqual(['tcp 127.0.0.1:1883']);
  });

  it('have the usual port for any free one, or the next that nobody else has', () => {
    const any = { port: 0 };
    expect(placesOf(aSetup({ tls: any, tlsPassword: any, tcp: any, wss: any, ws: any }))).toEqual([
      ...['tls 127.0.0.1:9883', 'tlsPassword 127.0.0.1:8884', 'wss 127.0.0.1:8084'],
      ...['tcp 127.0.0.1:1883', 'ws 127.0.0.1:8083'],
    ]);
    expect(placesOf(aSetup({ tls: {}, tlsPassword: any, tcp: { port: 8_885 } }), 8_884)).toEqual([
      ...['tls 127.0.0.1:8884', 'tlsPassword 127.0.0.1:8886', 'tcp 127.0.0.1:8885'],
    ]);
  });

  it('have one for certificates besides WebSockets, for this machine only', () => {
    const settings = aSetup({ ws: {}, wss: {} });
    settings.listeners.tls.host = '0.0.0.0';
    expect(placesOf(settings)).toEqual([
      ...['tls 127.0.0.1:9883', 'wss 127.0.0.1:8084', 'ws 127.0.0.1:8083'],
    ]);
  });

  it('are refused where the port wanted is that of another', () => {
    const settings = aSetup({ tls: {}, tcp: {} });
    expect(() => listenersFor(settings, 1_883)).toThrow(
      expect.objectContaining({ code: 'LISTENER_CLASH' }),
    );
  });
});
