import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core/ports';
import { DEFAULT_SETTINGS, openSettings } from './settings.ts';

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
});

const nobody = new Set<never>();

describe('settings', () => {
  it('survive in the database; what one run overrides does not', () => {
    openSettings(db, { transport: 'blocks' }, silentLog);
    expect(openSettings(db, {}, silentLog).get()).toEqual(DEFAULT_SETTINGS);
    openSettings(db, {}, silentLog).set({ ...DEFAULT_SETTINGS, brokerPort: 1_883 }, nobody);
    expect(openSettings(db, {}, silentLog).get().brokerPort).toBe(1_883);
  });

  it('keep the stored value under an override when something else changes', () => {
    const settings = openSettings(db, { algorithm: 'ES256' }, silentLog);
    settings.set({ ...settings.get(), brokerPort: 1_883 }, nobody);
    expect(settings.get().algorithm).toBe('ES256');
    expect(openSettings(db, {}, silentLog).get()).toEqual({
      ...DEFAULT_SETTINGS,
      brokerPort: 1_883,
    });
  });

  it('that cannot be read give way to the defaults', () => {
    openSettings(db, {}, silentLog).set(DEFAULT_SETTINGS, nobody);
    db.prepare('UPDATE bench_settings SET json = ?').run('{"topicRoot":7}');
    expect(openSettings(db, {}, silentLog).get()).toEqual(DEFAULT_SETTINGS);
  });

  it('refuse to change under a running role, and say which', () => {
    const settings = openSettings(db, {}, silentLog);
    const change = { ...DEFAULT_SETTINGS, transport: 'blocks' } as const;
    expect(() => settings.set(change, new Set(['dcu'] as const))).toThrow(
      expect.objectContaining({ code: 'ROLE_RUNNING' }),
    );
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
    expect(settings.set(change, new Set(['broker'] as const)).transport).toBe('blocks');
  });

  it.each(['http://broker', 'mqtt://', 'broker:1883', 'mqtt://me:secret@broker:1883'])(
    'refuse the outside broker %s',
    (url) => {
      const settings = openSettings(db, {}, silentLog);
      expect(() => settings.set({ ...DEFAULT_SETTINGS, externalBroker: { url } }, nobody)).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
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
