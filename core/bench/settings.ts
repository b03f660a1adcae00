import { type DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type ListenerName, type Listeners, type RoleName, Settings } from '#core/contract';
import { type Log } from '#core/ports';
import { DEFAULT_ROOT } from '#core/protocol';
import { BenchError } from './errors.ts';
import { checkSettings } from './settings-check.ts';
import { prepareTables } from './store.ts';

const LOOPBACK = '127.0.0.1';
const off = { on: false, host: LOOPBACK, remote: false } as const;

/** One door, and nobody comes through it without a certificate. Ports as brokers have them. */
export const DEFAULT_SETTINGS: Settings = {
  topicRoot: DEFAULT_ROOT,
  listeners: {
    tls: { ...off, on: true, port: 8_883 },
    tlsPassword: { ...off, port: 8_884 },
    tcp: { ...off, port: 1_883 },
    wss: { ...off, port: 8_084 },
    ws: { ...off, port: 8_083 },
  },
  subscriptions: 'refuse-suback',
  backendPort: 0,
  externalBroker: null,
  algorithm: 'EdDSA',
  transport: 'https',
  policies: { gatekeeper: 'require', dcu: 'require', backend: 'require' },
  capture: { bytes: 4 * 1_024 ** 3, ageDays: 30 },
};

/** Which running roles hold a setting's old value. */
const HELD_BY: Readonly<Record<keyof Settings, readonly RoleName[]>> = {
  topicRoot: ['broker', 'backend', 'dcu'],
  listeners: ['broker'],
  subscriptions: ['broker'],
  backendPort: ['backend'],
  externalBroker: ['broker', 'backend', 'dcu'],
  algorithm: ['broker', 'backend', 'dcu'],
  transport: ['dcu'],
  policies: ['broker', 'backend', 'dcu'],
  capture: [],
};

/** As a person calls them. */
const NAMES: Readonly<Record<keyof Settings, string>> = {
  topicRoot: 'the topic root',
  listeners: 'the choice of listeners',
  subscriptions: 'the answer to subscriptions',
  backendPort: 'the backend’s port',
  externalBroker: 'the choice of broker',
  algorithm: 'the signing algorithm',
  transport: 'the way firmware is fetched',
  policies: 'the choice of signature policies',
  capture: 'how long traffic is kept',
};

/** Settings of one run; of a listener only what differs. */
export type SettingsOverrides = Partial<Omit<Settings, 'listeners'>> & {
  listeners?: { [Name in ListenerName]?: Partial<Listeners[Name]> };
};

export type SettingsStore = {
  get(): Settings;
  /** Refused while a role runs that it would change. */
  set(settings: Settings, running: ReadonlySet<RoleName>): Settings;
};

/** Settings survive in bench.db; `overrides` are this run's own (from options) and are not stored. */
export function openSettings(
  db: DatabaseSync,
  overrides: SettingsOverrides,
  log: Log,
): SettingsStore {
  prepareTables(db);
  let stored = load(db, log);
  const begun = checkSettings(merge(stored, overrides));
  let current = begun;
  return {
    get: () => current,
    set(settings, running) {
      const wanted = checkSettings(settings);
      refuseRunning(current, wanted, running);
      current = wanted;
      stored = withoutOverrides(wanted, { stored, begun, overrides });
      db.prepare('INSERT OR REPLACE INTO bench_settings (one, json) VALUES (1, ?)').run(
        JSON.stringify(stored),
      );
      return current;
    },
  };
}

function merge(stored: Settings, { listeners = {}, ...rest }: SettingsOverrides): Settings {
  const names = Object.keys(stored.listeners) as ListenerName[];
  const merged = names.map((name) => [name, { ...stored.listeners[name], ...listeners[name] }]);
  return { ...stored, ...rest, listeners: Object.fromEntries(merged) as Listeners };
}

/** What this run overrides and nobody changed keeps its stored value. */
function withoutOverrides(
  wanted: Settings,
  before: { stored: Settings; begun: Settings; overrides: SettingsOverrides },
): Settings {
  const { stored, begun, overrides } = before;
  const kept = <T extends object>(names: object, now: T, then: T, old: T): Partial<T> => {
    const untouched = (Object.keys(names) as (keyof T)[]).filter((each) =>
      same(now[each], then[each]),
    );
    return Object.fromEntries(untouched.map((each) => [each, old[each]])) as Partial<T>;
  };
  const { listeners = {}, ...rest } = overrides;
  return {
    ...wanted,
    ...kept(rest, wanted, begun, stored),
    listeners: {
      ...wanted.listeners,
      ...kept(listeners, wanted.listeners, begun.listeners, stored.listeners),
    },
  };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Of an earlier version, or this one: what it does not say yet is as by default. */
const Stored = z.looseObject({
  externalBroker: z
    .looseObject({})
    .transform((broker) => ({ caPem: null, ...broker }))
    .nullish(),
});

function load(db: DatabaseSync, log: Log): Settings {
  const row = db.prepare('SELECT json FROM bench_settings WHERE one = 1').get();
  if (row === undefined) return DEFAULT_SETTINGS;
  try {
    const stored = Stored.parse(JSON.parse(String(row['json'])));
    return Settings.parse({ ...DEFAULT_SETTINGS, ...stored });
  } catch (error) {
    log('warn', 'stored settings cannot be read; the defaults are used', { reason: String(error) });
    return DEFAULT_SETTINGS;
  }
}

function refuseRunning(old: Settings, wanted: Settings, running: ReadonlySet<RoleName>): void {
  for (const name of Object.keys(HELD_BY) as (keyof Settings)[]) {
    if (same(old[name], wanted[name])) continue;
    const holder = HELD_BY[name].find((role) => running.has(role));
    if (holder === undefined) continue;
    throw new BenchError('ROLE_RUNNING', `${NAMES[name]} is in use by the running ${holder}`, {
      next: `stop the ${holder} first, then change it`,
    });
  }
}
