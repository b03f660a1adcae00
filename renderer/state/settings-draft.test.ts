import { afterEach, expect, it } from 'vitest';
import type { BenchView, Settings } from '#core/contract';
import type { Client } from '../connect.ts';
import { useBench } from './bench.store.ts';
import { withChange, type SettingsChange } from './settings-change.ts';
import {
  draftOutsideCa,
  draftSettings,
  settleSettings,
  undoSettings,
  useSettingsDraft,
} from './settings-draft.store.ts';

afterEach(() => {
  useSettingsDraft.setState(useSettingsDraft.getInitialState());
  useBench.setState(useBench.getInitialState());
});

const listener = { on: false, host: '127.0.0.1', port: 0, remote: false };
const saved: Settings = {
  ...{ topicRoot: 'a', subscriptions: 'refuse-suback', backendPort: 0, externalBroker: null },
  ...{ algorithm: 'EdDSA', transport: 'https', capture: { bytes: 16_777_216, ageDays: 30 } },
  listeners: { tls: listener, tlsPassword: listener, tcp: listener, wss: listener, ws: listener },
  policies: { gatekeeper: 'require', dcu: 'require', backend: 'require' },
};
const on = { ...listener, on: true };
const drafted = (): Settings => withChange(saved, useSettingsDraft.getState().draft);

/** Undoes the save of `wanted` where the settings are `now` by then; tells what it made of them. */
async function undone(wanted: SettingsChange, now: SettingsChange) {
  const kept = { settings: withChange(saved, now) };
  const settings = {
    get: () => Promise.resolve(kept.settings),
    set: (next: Settings) => Promise.resolve((kept.settings = next)),
  };
  const client = { settings } as unknown as Client;
  const left = await undoSettings(client, saved, withChange(saved, wanted));
  return { left, settings: kept.settings };
}

it('holds nothing but what was changed, so that another window keeps what it saved', () => {
  draftSettings({ topicRoot: 'b', listeners: { tls: on } });
  draftSettings({ topicRoot: 'c', listeners: { ws: on } });
  const elsewhere = withChange(saved, { algorithm: 'ES256', listeners: { tcp: on } });
  const mine = { topicRoot: 'c', listeners: { tls: on, ws: on } };
  expect(withChange(elsewhere, useSettingsDraft.getState().draft)).toEqual(
    withChange(elsewhere, mine),
  );
});

it('lets go of what is saved by now, so that an undo of it is seen', () => {
  draftSettings({ topicRoot: 'b', listeners: { tls: on, ws: on } });
  draftSettings({ topicRoot: 'c' });
  settleSettings(withChange(saved, { topicRoot: 'b', listeners: { tls: on } }));
  expect(drafted()).toEqual(withChange(saved, { topicRoot: 'c', listeners: { ws: on } }));
  settleSettings(withChange(saved, { topicRoot: 'c', listeners: { ws: on } }));
  expect(useSettingsDraft.getState().draft).toBeNull();
});

it('undoes its own change alone, also where its neighbour was changed since', async () => {
  const mine: SettingsChange = { topicRoot: 'b', listeners: { tls: on }, policies: { dcu: 'off' } };
  const others: SettingsChange = {
    ...{ algorithm: 'ES256', listeners: { tcp: on }, policies: { backend: 'warn' } },
  };
  const now = withChange(withChange(saved, mine), others);
  const { left, settings } = await undone(mine, now);
  expect(settings).toEqual(withChange(saved, others));
  expect(left).toEqual([]);
});

it('says what it could not put back because it was changed again', async () => {
  const mine: SettingsChange = { topicRoot: 'b', listeners: { tls: on, ws: on } };
  // An address and its consent go together: of one listener nothing is mixed.
  const again = { ...on, host: '0.0.0.0', remote: true };
  const now: SettingsChange = { topicRoot: 'b', listeners: { tls: again, ws: on } };
  const { left, settings } = await undone(mine, now);
  expect(settings).toEqual(withChange(saved, { listeners: { tls: again } }));
  expect(left).toEqual([{ of: 'listeners', name: 'tls' }]);
});

it('refuses an undo that would put nothing back, and has nothing to do where all is back', async () => {
  await expect(undone({ topicRoot: 'b' }, { topicRoot: 'c' })).rejects.toMatchObject({
    refusal: { code: 'SETTINGS_CHANGED' },
  });
  expect(await undone({ topicRoot: 'b' }, {})).toEqual({ left: [], settings: saved });
});

it('takes a CA that was read late to the address typed meanwhile', () => {
  useBench.setState({ bench: { settings: saved } as BenchView });
  draftSettings({ externalBroker: { url: 'mqtts://typed:8883', caPem: null } });
  draftOutsideCa('PEM');
  expect(drafted().externalBroker).toEqual({ url: 'mqtts://typed:8883', caPem: 'PEM' });
  // Nor does it bring an outside broker back that was given up.
  draftSettings({ externalBroker: null });
  draftOutsideCa('PEM');
  expect(drafted().externalBroker).toBeNull();
});
