import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConnectionDraft, type TrafficRow } from '#core/contract';
import {
  aBench,
  type MosquittoProcess,
  settled,
  startMosquitto,
  tempDir,
  type TempDir,
  capturedRows,
  connectionTo,
  foundIn,
  whenCompleted,
} from '#core/testing';
import { type Bench } from '../index.ts';

let folder: TempDir;
let mosquitto: MosquittoProcess;
let bench: Bench;
beforeEach(async () => {
  folder = await tempDir();
  mosquitto = await startMosquitto({ acl: 'topic readwrite #\n' });
  bench = await aBench(folder.join('workspace'));
});
afterEach(async () => {
  await bench.close();
  await mosquitto.close();
  await folder.remove();
});

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const refusal = (code: string): object => ({ data: { code } });
const connected = (): Promise<string> => connectionTo(bench, mosquitto.url);
const rowsOf = (where: object, count: number): Promise<TrafficRow[]> =>
  capturedRows(bench, where, count);

type Identity = { topic: string; payload: string; qos: number; retain: boolean };

/** What makes a message what it is, whole, in the order of the capture. */
async function identities(where: object, count: number): Promise<Identity[]> {
  const rows = await rowsOf({ ...where, kinds: ['publish'] }, count);
  return Promise.all(
    rows.map(async ({ id, topic, qos, retain }) => {
      const { payloadBase64, payloadCut } = await bench.client.traffic.detail({ id });
      expect(payloadCut).toBe(false);
      return { topic, payload: payloadBase64, qos, retain };
    }),
  );
}

describe('sending', () => {
  it('fills in variables, tells the answer, and keeps a history and templates over a restart', async () => {
    const id = await connected();
    const { record, answer } = await bench.client.publish.send({
      ...{ connection: id, topic: 'car/{{vin}}', qos: 1, variables: { vin: 'V1' } },
      payloadBase64: base64('{{vin}} {{unknown}} {{n}}'),
    });
    expect(record).toMatchObject({ topic: 'car/V1', outcome: { kind: 'sent' } });
    expect(Buffer.from(record.payloadBase64, 'base64').toString()).toBe('V1 {{unknown}} 1');
    expect(answer).toMatchObject({ packet: 'PUBACK' });
    const template = {
      ...{ name: 'one', topic: 't', payload: '{}', retain: false, properties: null },
      qos: 0 as const,
    };
    await bench.client.publish.saveTemplate(template);
    await bench.close();
    bench = await aBench(folder.join('workspace'));
    expect(await bench.client.publish.history()).toEqual([record]);
    expect(await bench.client.publish.templates()).toEqual([template]);
    expect(await bench.client.publish.removeTemplate({ name: 'one' })).toEqual([]);
  });

  it('sends over a production connection only when its name confirms it', async () => {
    const id = await connectionTo(bench, mosquitto.url, { name: 'plant', production: true });
    const send = { connection: id, topic: 'a', payloadBase64: '', qos: 1 } as const;
    const { publish, replay, retained } = bench.client;
    const needed = refusal('CONFIRMATION_NEEDED');
    await expect(publish.send(send)).rejects.toMatchObject(needed);
    await expect(publish.send({ ...send, confirm: 'yes' })).rejects.toMatchObject(needed);
    await expect(replay.start({ connection: id })).rejects.toMatchObject(needed);
    await expect(
      (async () => (await retained.delete({ connection: id, filter: '#', expect: [] })).next())(),
    ).rejects.toMatchObject(needed);
    await publish.send({ ...send, confirm: 'plant' });
    // The mark is the broker's: another way there does not pass it.
    const url = mosquitto.url.replace('127.0.0.1', 'LOCALHOST');
    const side = await bench.client.connections.add({
      ...{ name: 'side door', url, user: null, production: false, protocol: 4, subscriptions: [] },
    });
    expect(side).toMatchObject({ production: false, confirm: 'plant' });
    const aside = { ...send, connection: side.id };
    await expect(publish.send(aside)).rejects.toMatchObject(needed);
    await expect(publish.send({ ...aside, confirm: 'side door' })).rejects.toMatchObject(needed);
    await bench.client.connections.remove({ id });
    await bench.client.connections.open({ id: side.id });
    await publish.send(aside);
  });

  it('refuses connections that cannot be, and sending where nothing is open', async () => {
    const { connections, publish, retained } = bench.client;
    const draft: ConnectionDraft = {
      ...{ name: 'one', url: 'mqtt://127.0.0.1:9', user: null, production: false },
      ...{ protocol: 4, subscriptions: [] },
    };
    const faults: [Partial<ConnectionDraft>, string][] = [
      [{ url: 'http://x' }, 'BAD_INPUT'],
      [{ url: 'mqtt://user:secret@host' }, 'BAD_INPUT'],
      [{ name: 'broker' }, 'CONNECTION_NAME_TAKEN'],
      [{ subscriptions: [{ filter: 'a/#/b', qos: 0 }] }, 'FILTER_SYNTAX'],
      [{ caPem: 'nonsense' }, 'BAD_INPUT'],
    ];
    for (const [more, code] of faults) {
      await expect(connections.add({ ...draft, ...more })).rejects.toMatchObject(refusal(code));
    }
    const { id } = await connections.add(draft);
    await expect(connections.add(draft)).rejects.toMatchObject(refusal('CONNECTION_NAME_TAKEN'));
    const send = { topic: 'a', payloadBase64: '', qos: 1 } as const;
    await expect(publish.send({ connection: id, ...send })).rejects.toMatchObject(
      refusal('CONNECTION_DOWN'),
    );
    await expect(publish.send({ connection: 'own', ...send })).rejects.toMatchObject(
      refusal('BROKER_OFF'),
    );
    await expect(
      (async () => (await retained.list({ connection: 'nobody' })).next())(),
    ).rejects.toMatchObject(refusal('CONNECTION_UNKNOWN'));
    await connections.open({ id });
    await expect
      .poll(async () => (await connections.list()).find((each) => each.id === id))
      .toMatchObject({ state: 'lost', refusals: [{ code: 'CONNECTION_REFUSED' }] });
    await connections.remove({ id });
    expect((await connections.list()).map(({ name }) => name)).toEqual(['own broker']);
  });

  it('keeps a password in the vault and nowhere else', async () => {
    const { connections } = bench.client;
    const view = await connections.add({
      ...{ name: 'one', url: mosquitto.url, protocol: 4, user: 'me', password: 'pass-word-123' },
      ...{ production: false, subscriptions: [] },
    });
    expect(view).toMatchObject({ hasPassword: true });
    expect(JSON.stringify(await connections.list())).not.toContain('pass-word-123');
  });

  it('changes a connection, opens it again where it was open, and keeps its password unless told', async () => {
    const { connections } = bench.client;
    const without: ConnectionDraft = {
      ...{ name: 'shop', url: mosquitto.url, protocol: 4, user: 'me' },
      ...{ production: false, subscriptions: [{ filter: 'old/#', qos: 0 }] },
    };
    const draft = { ...without, password: 'first-password' };
    const { id, clientId } = await connections.add(draft);
    await connections.add({ ...draft, name: 'other' });
    const edited = { ...without, user: null, name: 'hall', production: true, protocol: 5 as const };
    // A refused change leaves everything as it was.
    const faults: [Partial<ConnectionDraft>, string][] = [
      [{ name: 'other' }, 'CONNECTION_NAME_TAKEN'],
      [{ url: 'http://x' }, 'BAD_INPUT'],
      [{ subscriptions: [{ filter: 'a/#/b', qos: 0 }] }, 'FILTER_SYNTAX'],
    ];
    for (const [more, code] of faults) {
      const refused = connections.edit({ id, draft: { ...edited, ...more } });
      await expect(refused).rejects.toMatchObject(refusal(code));
    }
    await expect(connections.edit({ id: 'own', draft: edited })).rejects.toMatchObject(
      refusal('BAD_INPUT'),
    );
    await expect(connections.edit({ id: 'nobody', draft: edited })).rejects.toMatchObject(
      refusal('CONNECTION_UNKNOWN'),
    );
    const shown = async () => (await connections.list()).find((each) => each.id === id);
    expect(await shown()).toMatchObject({ name: 'shop', protocol: 4, state: 'closed' });
    expect(await connections.edit({ id, draft: edited })).toMatchObject({
      ...{ name: 'hall', protocol: 5, production: true, hasPassword: true, clientId },
      state: 'closed',
    });

    await connections.open({ id });
    const subscriptions = [{ filter: 'new/#', qos: 1 as const }];
    const cleared = { ...edited, password: '', clientId: null };
    await connections.edit({ id, draft: { ...cleared, subscriptions } });
    await expect.poll(shown).toMatchObject({ state: 'up', hasPassword: false, subscriptions });
    expect((await shown())?.clientId).not.toBe(clientId);
    const send = { connection: id, qos: 1, payloadBase64: '', confirm: 'hall' } as const;
    for (const topic of ['old/a', 'new/a']) await bench.client.publish.send({ ...send, topic });
    expect(await rowsOf({ source: 'hall', direction: 'in' }, 1)).toMatchObject([
      { topic: 'new/a' },
    ]);

    await bench.close();
    bench = await aBench(folder.join('workspace'));
    const again = await bench.client.connections.list();
    expect(again.find((each) => each.id === id)).toMatchObject({ name: 'hall', subscriptions });
  });

  it('a recorded demo, replayed onto Mosquitto and recorded again, is identical', async () => {
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    await settled(bench);
    const where = { topicFilter: 'vehicle/#', source: 'broker', kinds: ['publish' as const] };
    const { ids } = await foundIn(bench, where);
    const original = await identities(where, ids.length);
    expect(new Set(original.map(({ retain }) => retain))).toEqual(new Set([true, false]));
    // MQTT 5, by which a subscriber is told the retain flag as it was published.
    const id = await connected();
    const started = await bench.client.replay.start({ connection: id, where, speed: null });
    for await (const frame of await bench.client.replay.watch()) {
      const view = frame.upserts.find(({ replayId }) => replayId === started.replayId);
      if (view?.outcome == null) continue;
      expect(view).toMatchObject({ outcome: { kind: 'finished' }, sent: ids.length, refused: 0 });
      break;
    }
    const shop = { topicFilter: 'vehicle/#', source: 'shop' };
    expect(await identities({ ...shop, direction: 'out' }, ids.length)).toEqual(original);
    expect(await identities({ ...shop, direction: 'in' }, ids.length)).toEqual(original);
  });

  it('does not send twice what was sent and heard, unless told to', async () => {
    const id = await connected();
    await bench.client.publish.send({
      ...{ connection: id, topic: 'echo', qos: 1, payloadBase64: base64('x') },
    });
    await rowsOf({ topicFilter: 'echo' }, 2);
    const { replay } = bench.client;
    const wanted = { connection: id, speed: null, where: { topicFilter: 'echo' } };
    await expect(replay.start(wanted)).rejects.toMatchObject({
      data: { code: 'REPLAY_AMBIGUOUS', reason: expect.stringContaining('shop in (1)') as string },
    });
    const one = { ...wanted.where, direction: 'out' as const };
    expect(await replay.start({ ...wanted, where: one })).toMatchObject({ total: 1 });
    await rowsOf({ topicFilter: 'echo' }, 4);
    await vi.waitFor(() => replay.start({ ...wanted, places: 'all' }), 15_000);
  });

  it('pauses, goes on and stops a replay, rewrites its topics, and refuses what cannot be', async () => {
    const id = await connected();
    for (let n = 0; n < 20; n += 1) {
      // Far enough from the others that a slow replay is still at it.
      if (n === 19) await rowsOf({ topicFilter: 'from/#', direction: 'out' }, 19);
      await bench.client.publish.send({
        ...{ connection: id, topic: `from/${n}`, payloadBase64: base64(`${n}`), qos: 0 },
      });
    }
    await rowsOf({ topicFilter: 'from/#', direction: 'out' }, 20);
    const { replay } = bench.client;
    const wanted = { connection: id, where: { topicFilter: 'from/#', direction: 'out' as const } };
    const rewrite = [{ pattern: 'from/+', template: 'to/{1}' }];
    const { replayId } = await replay.start({ ...wanted, speed: 0.01, rewrite });
    await expect(replay.start(wanted)).rejects.toMatchObject(refusal('CONNECTION_BUSY'));
    expect(await replay.pause({ replayId })).toMatchObject({ state: 'paused' });
    expect(await replay.resume({ replayId })).toMatchObject({ state: 'running' });
    expect(await replay.stop({ replayId })).toMatchObject({
      ...{ state: 'ended', outcome: { kind: 'stopped' } },
    });
    const whole = await replay.start({ ...wanted, speed: null, rewrite });
    await rowsOf({ topicFilter: 'to/19', source: 'shop', direction: 'in' }, 1);
    expect(whole.total).toBe(20);
    const bad = [{ pattern: 'a/#/b', template: 'x' }];
    await expect(replay.start({ ...wanted, rewrite: bad })).rejects.toMatchObject(
      refusal('REWRITE_INVALID'),
    );
    await expect(replay.stop({ replayId: 'nobody' })).rejects.toMatchObject(
      refusal('REPLAY_UNKNOWN'),
    );
  });
});
