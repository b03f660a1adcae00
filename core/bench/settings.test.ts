import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Listeners, type Settings } from '#core/contract';
import { silentLog } from '#core/ports';
import { DEFAULT_SETTINGS, openSettings } from './settings.ts';

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
});

const nobody = new Set<never>();
const { listeners } = DEFAULT_SETTINGS;

function withListeners(changes: {
  [Name in keyof Listeners]?: Partial<Listeners[Name]>;
}): Settings {
  const entries = Object.entries(listeners) as [keyof Listeners, Listeners['tls']][];
  const changed = entries.map(([name, each]) => [name, { ...each, ...changes[name] }]);
  return { ...DEFAULT_SETTINGS, listeners: Object.fromEntries(changed) as Listeners };
}

function refusing(settings: Settings, code: string): void {
  expect(() => openSettings(db, {}, silentLog).set(settings, nobody)).toThrow(
    expect.objectContaining({ code }),
  );
}

describe('settings', () => {
  it('open one door by default: TLS with client certificates, on loopback', () => {
    const on = Object.entries(listeners).filter(([, listener]) => listener.on);
    expect(on).toEqual([['tls', { on: true, host: '127.0.0.1', port: 8_883, remote: false }]]);
  });

  it('survive in the database; what one run overrides does not', () => {
    openSettings(db, { transport: 'blocks' }, silentLog);
    expect(openSettings(db, {}, silentLog).get()).toEqual(DEFAULT_SETTINGS);
    openSettings(db, {}, silentLog).set({ ...DEFAULT_SETTINGS, backendPort: 8_443 }, nobody);
    expect(openSettings(db, {}, silentLog).get().backendPort).toBe(8_443);
  });

  it('keep the stored value under an override when something else changes', () => {
    const settings = openSettings(
      db,
      { algorithm: 'ES256', listeners: { tls: { port: 0 } } },
      silentLog,
    );
    const { tls } = settings.get().listeners;
    expect(tls).toEqual({ ...listeners.tls, port: 0 });
    settings.set(
      {
        ...settings.get(),
        listeners: { ...settings.get().listeners, ws: { ...tls, port: 9_001 } },
      },
      nobody,
    );
    expect(settings.get().algorithm).toBe('ES256');
    expect(openSettings(db, {}, silentLog).get()).toEqual({
      ...DEFAULT_SETTINGS,
      listeners: { ...listeners, ws: { ...tls, port: 9_001 } },
    });
  });

  it('of an earlier version are kept, with the default for what they do not say', () => {
    openSettings(db, {}, silentLog).set(DEFAULT_SETTINGS, nobody);
    const earlier = {
      topicRoot: 'fleet/updates',
      brokerPort: 1_883,
      brokerTlsPort: 0,
      backendPort: 8_443,
      externalBroker: { url: 'mqtt://broker.example' },
      algorithm: 'ES256',
      transport: 'blocks',
      policies: { gatekeeper: 'warn', dcu: 'require', backend: 'off' },
    };
    db.prepare('UPDATE bench_settings SET json = ?').run(JSON.stringify(earlier));
    const { brokerPort, brokerTlsPort, ...kept } = earlier;
    expect([brokerPort, brokerTlsPort]).toEqual([1_883, 0]);
    expect(openSettings(db, {}, silentLog).get()).toEqual({
      ...kept,
      externalBroker: { url: 'mqtt://broker.example', caPem: null },
      listeners,
      subscriptions: 'refuse-suback',
      capture: DEFAULT_SETTINGS.capture,
    });
  });

  it('that cannot be read give way to the defaults', () => {
    openSettings(db, {}, silentLog).set(DEFAULT_SETTINGS, nobody);
    db.prepare('UPDATE bench_settings SET json = ?').run('{"topicRoot":7}');
    expect(openSettings(db, {}, silentLog).get()).toEqual(DEFAULT_SETTINGS);
  });

  it.each([
    ['dcu', { transport: 'blocks' }],
    ['broker', { subscriptions: 'deliver-only' }],
    ['broker', withListeners({ tcp: { on: true } })],
  ] as const)('refuse to change under a running %s, and say so', (role, change) => {
    const settings = openSettings(db, {}, silentLog);
    const wanted = { ...DEFAULT_SETTINGS, ...change };
    expect(() => settings.set(wanted, new Set([role]))).toThrow(
      expect.objectContaining({ code: 'ROLE_RUNNING' }),
    );
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
    expect(settings.set(wanted, new Set(['backend'] as const))).toEqual(wanted);
  });

  it('refuse a broker without any listener', () => {
    refusing(withListeners({ tls: { on: false } }), 'NO_LISTENER');
  });

  it.each(['0.0.0.0', '::', '192.168.1.20', 'bench.local', '127.0.0.1.example'])(
    'refuse to listen on %s until it is confirmed',
    (host) => {
      refusing(withListeners({ tls: { host } }), 'LISTENER_EXPOSED');
      const confirmed = withListeners({ tls: { host, remote: true } });
      expect(openSettings(db, {}, silentLog).set(confirmed, nobody)).toEqual(confirmed);
    },
  );

  it('refuse two listeners on one port, unless any free one will do', () => {
    const port = 8_883;
    refusing(withListeners({ tcp: { on: true, port } }), 'LISTENER_CLASH');
    const everywhere = { on: true, port, host: '0.0.0.0', remote: true };
    refusing(withListeners({ tcp: everywhere }), 'LISTENER_CLASH');
    const free = withListeners({ tls: { port: 0 }, tcp: { on: true, port: 0 } });
    expect(openSettings(db, {}, silentLog).set(free, nobody)).toEqual(free);
    const idle = withListeners({ tcp: { on: false, port } });
    expect(openSettings(db, {}, silentLog).set(idle, nobody)).toEqual(idle);
  });

  it.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'refuse %j as the CA of an outside broker',
    (caPem) => {
      const externalBroker = { url: 'mqtts://broker.example', caPem };
      refusing({ ...DEFAULT_SETTINGS, externalBroker }, 'BAD_INPUT');
    },
  );

  it.each(['http://broker', 'mqtt://', 'broker:1883', 'mqtt://me:secret@broker:1883'])(
    'refuse the outside broker %s',
    (url) => {
      refusing({ ...DEFAULT_SETTINGS, externalBroker: { url, caPem: null } }, 'BAD_INPUT');
    },
  );

  it.each(['', '/vehicle', 'vehicle/', 'vehicle/#', 'a b/\u0000'])(
    'refuse the topic root %j',
    (topicRoot) => {
      const settings = openSettings(db, {}, silentLog);
      expect(() => settings.set({ ...DEFAULT_SETTINGS, topicRoot }, nobody)).toThrow();
    },
  );
});
