import { type DatabaseSync } from 'node:sqlite';
import { type RoleName, Settings } from '#core/contract';
import { type Log } from '#core/ports';
import { createTopics, DEFAULT_ROOT } from '#core/protocol';
import { migrate } from '#core/storage';
import { BenchError } from './errors.ts';

export const DEFAULT_SETTINGS: Settings = {
  topicRoot: DEFAULT_ROOT,
  brokerPort: 0,
  brokerTlsPort: 0,
  backendPort: 0,
  externalBroker: null,
  algorithm: 'EdDSA',
  transport: 'https',
  policies: { gatekeeper: 'require', dcu: 'require', backend: 'require' },
};

/** Which running roles hold a setting's old value. */
const HELD_BY: Readonly<Record<keyof Settings, readonly RoleName[]>> = {
  topicRoot: ['broker', 'backend', 'dcu'],
  brokerPort: ['broker'],
  brokerTlsPort: ['broker'],
  backendPort: ['backend'],
  externalBroker: ['broker', 'backend', 'dcu'],
  algorithm: ['broker', 'backend', 'dcu'],
  transport: ['dcu'],
  policies: ['broker', 'backend', 'dcu'],
};

const MIGRATIONS = [
  `CREATE TABLE bench_settings (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     json TEXT NOT NULL
   ) STRICT;`,
];

/** As a person calls them. */
const NAMES: Readonly<Record<keyof Settings, string>> = {
  topicRoot: 'the topic root',
  brokerPort: 'the broker’s plain port',
  brokerTlsPort: 'the broker’s TLS port',
  backendPort: 'the backend’s port',
  externalBroker: 'the choice of broker',
  algorithm: 'the signing algorithm',
  transport: 'the way firmware is fetched',
  policies: 'the choice of signature policies',
};

export type SettingsStore = {
  get(): Settings;
  /** Refused while a role runs that it would change. */
  set(settings: Settings, running: ReadonlySet<RoleName>): Settings;
};

/** Settings survive in bench.db; `overrides` are this run's own (from options) and are not stored. */
export function openSettings(
  db: DatabaseSync,
  overrides: Partial<Settings>,
  log: Log,
): SettingsStore {
  migrate(db, 'bench', MIGRATIONS);
  let stored = load(db, log);
  let current = check({ ...stored, ...overrides });
  return {
    get: () => current,
    set(settings, running) {
      const wanted = check(settings);
      refuseRunning(current, wanted, running);
      current = wanted;
      stored = { ...wanted, ...untouched(overrides, wanted, stored) };
      db.prepare('INSERT OR REPLACE INTO bench_settings (one, json) VALUES (1, ?)').run(
        JSON.stringify(stored),
      );
      return current;
    },
  };
}

/** What this run overrides and nobody changed keeps its stored value. */
function untouched(
  overrides: Partial<Settings>,
  wanted: Settings,
  stored: Settings,
): Partial<Settings> {
  const names = (Object.keys(overrides) as (keyof Settings)[]).filter((name) =>
    same(overrides[name], wanted[name]),
  );
  return Object.fromEntries(names.map((name) => [name, stored[name]]));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function load(db: DatabaseSync, log: Log): Settings {
  const row = db.prepare('SELECT json FROM bench_settings WHERE one = 1').get();
  if (row === undefined) return DEFAULT_SETTINGS;
  try {
    return Settings.parse(JSON.parse(String(row['json'])));
  } catch (error) {
    log('warn', 'stored settings cannot be read; the defaults are used', { reason: String(error) });
    return DEFAULT_SETTINGS;
  }
}

function check(settings: Settings): Settings {
  createTopics(settings.topicRoot);
  if (settings.externalBroker) checkBrokerUrl(settings.externalBroker.url);
  return settings;
}

const SCHEMES = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

function checkBrokerUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const refuse = (reason: string, next: string): never => {
    throw new BenchError('BAD_INPUT', reason, { next });
  };
  if (!url || !SCHEMES.has(url.protocol) || url.hostname === '') {
    refuse(`"${text.slice(0, 200)}" is no broker address`, 'write it as mqtt://host:port');
  }
  // Settings are stored; a password in the address would be too.
  if (url?.username || url?.password) {
    refuse('the broker address carries a user or a password', 'give credentials separately');
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
