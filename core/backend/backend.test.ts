import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue, type Catalogue } from '#core/catalogue';
import type { UpdateView } from '#core/contract';
import { openLink, type Incoming, type Link } from '#core/link';
import { silentLog, systemRandom, type Clock } from '#core/ports';
import { createTopics, encodePayload, type JsonObject, type MessageKind } from '#core/protocol';
import {
  RELEASE_TYP,
  signObject,
  typOf,
  verifyObject,
  type KeyRing,
  type Policy,
  type SigningKey,
} from '#core/signing';
import { openDatabase } from '#core/storage';
import {
  aKey,
  aKeyRing,
  fixedClock,
  startBareBroker,
  tempDir,
  TEST_VIN,
  type BareBroker,
  type FixedClock,
  type TempDir,
} from '#core/testing';
import { systemClock } from '#core/ports';
import { startBackend, type Backend } from './backend.ts';

const topics = createTopics();
const IMAGE = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));
const sha256 = createHash('sha256').update(IMAGE).digest('hex');
const draft = {
  artifactSha256: sha256,
  artifactName: 'brake.bin',
  version: '2.0.0',
  description: 'Better brakes',
  vin: TEST_VIN,
  ecuId: 'brake',
};

let dir: TempDir;
let db: ReturnType<typeof openDatabase>;
let broker: BareBroker;
let catalogue: Catalogue;
let keys: KeyRing;
let messageKey: SigningKey;
let releaseKey: SigningKey;
let gatekeeperKey: SigningKey;
let dcuKey: SigningKey;
let closers: (() => Promise<void>)[];
let seq: number;
let clock: FixedClock;

beforeEach(async () => {
  seq = 0;
  closers = [];
  clock = fixedClock();
  dir = await tempDir();
  db = openDatabase(dir.join('bench.db'));
  broker = await startBareBroker();
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock });
  await catalogue.importImage(
    (async function* () {
      yield new Uint8Array(IMAGE);
    })(),
    { name: 'brake.bin' },
  );
  messageKey = await aKey('EdDSA', 'backend');
  releaseKey = await aKey('EdDSA', 'release');
  gatekeeperKey = await aKey('EdDSA', 'gatekeeper');
  dcuKey = await aKey('EdDSA', 'dcu');
  keys = aKeyRing(
    [messageKey, 'backend'],
    [releaseKey, 'release'],
    [gatekeeperKey, 'gatekeeper'],
    [dcuKey, `dcu:${TEST_VIN}`],
  );
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await catalogue.close();
  await broker.close();
  db.close();
  await dir.remove();
});

async function link(clientId: string): Promise<Link> {
  const opened = openLink({
    url: broker.url,
    clientId,
    clock: systemClock,
    log: silentLog,
    retryMs: 20,
  });
  closers.push(() => opened.close());
  await opened.whenUp();
  return opened;
}

async function backend(policy: Policy = 'require'): Promise<Backend> {
  // The link's and the outbox's waits are real; the rules' time is the test's.
  const mixed: Clock = { ...systemClock, now: () => clock.now() };
  const started = await startBackend({
    db,
    topics,
    catalogue,
    keys,
    policy,
    messageKey,
    releaseKey,
    link: await link('ota-backend'),
    algorithms: ['EdDSA'],
    api: null,
    clock: mixed,
    random: systemRandom,
    log: silentLog,
  });
  closers.push(() => started.close());
  return started;
}

type Vehicle = {
  tell(
    kind: MessageKind,
    body: JsonObject,
    options?: { key?: SigningKey | null; updateId?: string; retain?: boolean },
  ): Promise<void>;
  raw(kind: MessageKind, text: string): Promise<void>;
  heard(kind: MessageKind, count?: number): Promise<Incoming[]>;
};

async function vehicle(): Promise<Vehicle> {
  const own = await link('ota-dcu');
  const all: Incoming[] = [];
  const waiting = new Set<() => void>();
  own.onMessage((message) => {
    all.push(message);
    for (const wake of [...waiting]) wake();
  });
  for (const kind of ['issue_details', 'command', 'firmware_block'] as const)
    await own.subscribe(topics.filter(kind), 2);
  return {
    async tell(kind, body, { key, updateId, retain = false } = {}) {
      seq += 1;
      const message = {
        ...body,
        messageId: systemRandom.uuid(),
        vin: TEST_VIN,
        seq,
        sender: kind === 'status' ? 'ota-gatekeeper' : 'dcu',
        ...(updateId === undefined ? {} : { updateId }),
      };
      const by = key === undefined ? (kind === 'status' ? gatekeeperKey : dcuKey) : key;
      const signed =
        by === null ? message : await signObject(message, { key: by, typ: typOf(kind) });
      await own.publish(topics.of(kind, TEST_VIN, updateId), encodePayload(signed), {
        qos: 1,
        retain,
      });
    },
    raw: (kind, text) =>
      own.publish(topics.of(kind, TEST_VIN), new Uint8Array(Buffer.from(text)), {
        qos: 1,
        retain: false,
      }),
    heard: (kind, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const ofKind = all.filter(({ topic }) => topics.parse(topic)?.kind === kind);
          if (ofKind.length < count) return;
          waiting.delete(look);
          resolve(ofKind);
        };
        waiting.add(look);
        look();
      }),
  };
}

const inventory = (previous: 'valid' | 'empty' = 'valid'): JsonObject => ({
  ecus: [
    {
      ecuId: 'brake',
      name: 'Brake',
      hardwareId: 'brake-hw-1',
      partNumber: 'BRK-0001',
      bootloaderSha256: 'b'.repeat(64),
      activeBank: 'A',
      banks: [
        {
          bank: 'A',
          state: 'active',
          version: '1.1.0',
          sha256: 'c'.repeat(64),
          length: 5,
          releaseCounter: 4,
        },
        {
          bank: 'B',
          state: previous,
          version: previous === 'valid' ? '1.0.0' : null,
          sha256: previous === 'valid' ? 'd'.repeat(64) : null,
          length: null,
          releaseCounter: null,
        },
      ],
    },
  ],
});

/** Resolves once `look` finds something among what the backend shows. */
function until<T>(of: Backend, look: () => T | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const check = (): void => {
      const found = look();
      if (found === undefined || found === false) return;
      for (const each of undo) each();
      resolve(found);
    };
    undo.push(of.onUpdate(check), of.onVehicle(check), of.onRefused(check));
    check();
  });
}
const reaches = (of: Backend, updateId: string, stage: UpdateView['stage']): Promise<UpdateView> =>
  until(of, () => of.updates().find((one) => one.updateId === updateId && one.stage === stage));

async function known(of: Backend, dcu: Vehicle): Promise<void> {
  await dcu.tell('inventory', inventory(), { retain: true });
  await until(of, () => of.vehicles().some((one) => one.vin === TEST_VIN && one.ecus.length > 0));
}
const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('composing and publishing', () => {
  it('[S5] shows exactly the bytes it then publishes, signed by both keys', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const composed = await own.compose(draft);
    expect(Buffer.from(composed.bytes).toString()).toBe(composed.payload);
    expect(own.updates()).toEqual([]);
    expect(catalogue.releases()).toEqual([]);
    expect(broker.published.some(({ topic }) => topic === composed.topic)).toBe(false);

    const updateId = await own.publish(composed.composedId);
    const [arrived] = await dcu.heard('issue_details');
    expect(Buffer.from(arrived!.payload).toString()).toBe(composed.payload);
    const message = JSON.parse(composed.payload) as JsonObject;
    const manifest = message['manifest'] as JsonObject;
    const verify = (
      object: JsonObject,
      typ: Parameters<typeof verifyObject>[1]['typ'],
      use: 'backend' | 'release',
    ) => verifyObject(object, { typ, use, keys, algorithms: ['EdDSA'] });
    expect(await verify(message, typOf('issue_details'), 'backend')).toMatchObject({
      kind: 'valid',
    });
    expect(await verify(manifest, RELEASE_TYP, 'release')).toMatchObject({ kind: 'valid' });
    expect(manifest).toMatchObject({
      hardwareId: 'brake-hw-1',
      releaseCounter: 5,
      firmware: { sha256, length: IMAGE.length },
    });
    expect(Object.keys(message).slice(0, 2)).toEqual(['version', 'description']);
    expect(catalogue.release(composed.releaseId)).toEqual(manifest);
    expect(await reaches(own, updateId, 'issued')).toMatchObject({
      updateId: composed.updateId,
      foreign: false,
    });
  });

  it('publishes a composition once, also when asked again after a restart', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const { composedId } = await own.compose(draft);
    const updateId = await own.publish(composedId);
    expect(await own.publish(composedId)).toBe(updateId);
    await reaches(own, updateId, 'issued');
    await own.close();
    const again = await backend();
    expect(await again.publish(composedId)).toBe(updateId);
    expect(again.updates()).toHaveLength(1);
    expect(await dcu.heard('issue_details')).toHaveLength(1);
  });

  it('refuses what is unknown, too old, or overtaken', async () => {
    const own = await backend();
    const dcu = await vehicle();
    expect(await refusalOf(own.compose(draft))).toBe('VEHICLE_UNKNOWN');
    await known(own, dcu);
    expect(await refusalOf(own.compose({ ...draft, ecuId: 'none' }))).toBe('ECU_UNKNOWN');
    expect(await refusalOf(own.compose({ ...draft, artifactSha256: 'e'.repeat(64) }))).toBe(
      'ARTIFACT_UNKNOWN',
    );
    expect(await refusalOf(own.compose({ ...draft, version: '' }))).toBe('DRAFT_INVALID');
    expect(await refusalOf(own.publish('nothing'))).toBe('COMPOSED_UNKNOWN');
    const first = await own.compose(draft);
    const second = await own.compose(draft);
    await own.publish(second.composedId);
    expect(await refusalOf(own.publish(first.composedId))).toBe('COMPOSED_OVERTAKEN');
    const third = await own.compose(draft);
    clock.advance(15 * 60_000 + 1);
    expect(await refusalOf(own.publish(third.composedId))).toBe('COMPOSED_EXPIRED');
  });

  it('continues its updates after a restart', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await reaches(own, updateId, 'issued');
    await dcu.tell('progress', { progress: 40, status: 'downloading' }, { updateId });
    await reaches(own, updateId, 'downloading');
    await own.close();
    const again = await backend();
    expect(again.vehicles()[0]).toMatchObject({
      vin: TEST_VIN,
      ecus: [{ activity: 'downloading', progress: 40 }],
    });
    await dcu.tell('progress', { progress: 100, status: 'completed' }, { updateId });
    expect(await reaches(again, updateId, 'completed')).toMatchObject({ progress: 100 });
  });
});

describe('following', () => {
  it('follows signed status, acknowledgment and progress to the end', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('status', { status: 'Available', version: '2.0.0' }, { updateId });
    await dcu.tell('acknowledgment', { acknowledgment: 'Acknowledged' }, { updateId });
    for (const status of ['downloading', 'installing', 'finalizing', 'completed'])
      await dcu.tell('progress', { progress: 50, status }, { updateId });
    const done = await reaches(own, updateId, 'completed');
    expect(
      done.steps
        .filter(({ stage }) => stage !== 'issued')
        .map(({ stage, signature }) => [stage, signature]),
    ).toEqual([
      ['available', 'valid'],
      ['acknowledged', 'valid'],
      ['downloading', 'valid'],
      ['installing', 'valid'],
      ['finalizing', 'valid'],
      ['completed', 'valid'],
    ]);
    expect(own.refused()).toEqual([]);
  });

  it.each([
    ['UNSIGNED', null],
    ['KEY_UNKNOWN', 'stranger'],
    ['KEY_USE', 'gatekeeper'],
  ])('[S4] refuses a progress that is %s under require, and notes it', async (code, name) => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    const key = name === null ? null : await aKey('EdDSA', name);
    await dcu.tell('progress', { progress: 100, status: 'completed' }, { updateId, key });
    const noted = await until(own, () => own.refused()[0]);
    expect(noted).toMatchObject({ vin: TEST_VIN, kind: 'progress', code });
    expect(own.update(updateId)?.stage).not.toBe('completed');
  });

  it('[S4] marks what it accepts unsigned under warn', async () => {
    const own = await backend('warn');
    const dcu = await vehicle();
    await dcu.tell('inventory', inventory());
    await until(own, () => own.vehicles()[0]);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('acknowledgment', { acknowledgment: 'Acknowledged' }, { updateId, key: null });
    const update = await reaches(own, updateId, 'acknowledged');
    expect(update.steps.at(-1)).toMatchObject({ stage: 'acknowledged', signature: 'unsigned' });
  });

  it('[P2] [P3] notes what is no message, and what names another vehicle', async () => {
    const own = await backend('off');
    const dcu = await vehicle();
    await dcu.raw('progress', '{"progress":1,"progress":2,"status":"downloading"}');
    await until(own, () => own.refused().some(({ code }) => code === 'DUPLICATE_MEMBER'));
    await dcu.raw('progress', '{"progress":1,"status":"downloading","vin":"VIN2"}');
    await until(own, () => own.refused().some(({ code }) => code === 'VIN_MISMATCH'));
    expect(own.updates()).toEqual([]);
  });

  it('[P4] refuses a progress replayed later, and one for another vehicle’s update', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('progress', { progress: 1, status: 'downloading' }, { updateId });
    await reaches(own, updateId, 'downloading');
    seq -= 1;
    await dcu.tell('progress', { progress: 100, status: 'completed' }, { updateId });
    await until(own, () => own.refused().some(({ code }) => code === 'REPLAYED'));
    expect(own.update(updateId)).toMatchObject({ stage: 'downloading', progress: 1 });
  });

  it('follows short scripts under off: to the newest open update, and into a rollback', async () => {
    const own = await backend('off');
    const dcu = await vehicle();
    await dcu.tell('inventory', inventory());
    await until(own, () => own.vehicles()[0]);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await reaches(own, updateId, 'issued');
    await dcu.raw('acknowledgment', '{"acknowledgment":"Acknowledged"}');
    await dcu.raw('progress', '{"progress":25,"status":"downloading"}');
    await dcu.raw('progress', '{"progress":26,"status":"installing"}');
    await dcu.raw('progress', '{"progress":28,"status":"completed"}');
    expect(await reaches(own, updateId, 'completed')).toMatchObject({
      progress: 100,
      foreign: false,
    });
    await dcu.raw('progress', '{"progress":10,"status":"rolling_back"}');
    await dcu.raw('progress', '{"progress":100,"status":"rolled_back"}');
    await reaches(own, updateId, 'rolled_back');
    await dcu.raw('acknowledgment', '{"acknowledgment":"Acknowledged"}');
    await dcu.raw('progress', '{"progress":7,"status":"downloading"}');
    const foreign = await until(own, () => own.updates().find((one) => one.foreign));
    expect(foreign).toMatchObject({ stage: 'downloading', progress: 7, vin: TEST_VIN });
  });

  it('begins a foreign update for a status nobody here asked for', async () => {
    const own = await backend('off');
    const dcu = await vehicle();
    await dcu.raw('status', '{"status":"Available","version":"3.0.1"}');
    const available = await until(own, () =>
      own.updates().find((one) => one.stage === 'available'),
    );
    expect(available).toMatchObject({ foreign: true, version: '3.0.1', releaseId: null });
    await dcu.raw(
      'status',
      '{"status":"Rejected","version":"4.0.0","reason":{"code":"UNSIGNED","detail":"x"}}',
    );
    const refused = await until(own, () => own.updates().find((one) => one.stage === 'refused'));
    expect(refused).toMatchObject({
      foreign: true,
      version: '4.0.0',
      refusal: { code: 'UNSIGNED' },
    });
    expect(own.update(available.updateId)?.stage).toBe('available');
  });

  it('notes an acknowledgment that nothing can be about', async () => {
    const own = await backend('off');
    const dcu = await vehicle();
    await dcu.raw('acknowledgment', '{"acknowledgment":"Acknowledged"}');
    expect(await until(own, () => own.refused()[0])).toMatchObject({ code: 'NO_OPEN_UPDATE' });
  });
});

describe('vehicles and commands', () => {
  it('[D7] tells for each ECU whether it can roll back, and why not', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    await dcu.tell('presence', { online: true }, { retain: true });
    await until(own, () => own.vehicles()[0]?.online === true);
    expect(own.vehicles()[0]?.ecus[0]).toMatchObject({
      activeBank: 'A',
      activity: 'idle',
      rollback: { possible: true, toVersion: '1.0.0' },
    });
    await dcu.tell('inventory', inventory('empty'), { retain: true });
    const rollback = await until(own, () => {
      const own1 = own.vehicles()[0]?.ecus[0]?.rollback;
      return own1?.possible === false ? own1 : undefined;
    });
    expect(rollback).toMatchObject({
      refusal: { code: 'NO_VALID_BANK', reason: 'bank B of ECU brake is empty' },
    });
  });

  it('commands a rollback at QoS 2, signed, and follows it as an update of its own', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.command(TEST_VIN, 'brake', 'rollback');
    const [command] = await dcu.heard('command');
    expect(command).toMatchObject({ qos: 2, retain: false });
    const message = JSON.parse(Buffer.from(command!.payload).toString()) as JsonObject;
    expect(message).toMatchObject({ command: 'rollback', updateId, ecuId: 'brake', vin: TEST_VIN });
    expect(
      await verifyObject(message, {
        typ: typOf('command'),
        use: 'backend',
        keys,
        algorithms: ['EdDSA'],
      }),
    ).toMatchObject({ kind: 'valid' });
    await reaches(own, updateId, 'issued');
    await dcu.tell('progress', { progress: 0, status: 'rolling_back' }, { updateId });
    await dcu.tell('progress', { progress: 100, status: 'rolled_back' }, { updateId });
    expect(await reaches(own, updateId, 'rolled_back')).toMatchObject({
      version: '1.0.0',
      releaseId: null,
    });
  });

  it('refuses commands for what it does not know, and for what has ended', async () => {
    const own = await backend();
    const dcu = await vehicle();
    expect(await refusalOf(own.command('VIN2', 'brake', 'rollback'))).toBe('VEHICLE_UNKNOWN');
    await known(own, dcu);
    expect(await refusalOf(own.command(TEST_VIN, 'none', 'rollback'))).toBe('ECU_UNKNOWN');
    expect(await refusalOf(own.command(TEST_VIN, 'brake', 'cancel', 'nothing'))).toBe(
      'UPDATE_UNKNOWN',
    );
    const updateId = await own.publish((await own.compose(draft)).composedId);
    expect(await own.command(TEST_VIN, 'brake', 'cancel', updateId)).toBe(updateId);
    await dcu.tell('progress', { progress: 0, status: 'cancelled' }, { updateId });
    await reaches(own, updateId, 'cancelled');
    expect(await refusalOf(own.command(TEST_VIN, 'brake', 'pause', updateId))).toBe('UPDATE_ENDED');
  });

  it('sends after the broker was away', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    broker.hangUp();
    const updateId = await own.publish((await own.compose(draft)).composedId);
    expect((await reaches(own, updateId, 'issued')).steps).toHaveLength(1);
  });
});

describe('firmware blocks', () => {
  const ask = (sha: string, offset: number, length: number): JsonObject => ({
    sha256: sha,
    offset,
    length,
  });
  const read = (message: Incoming | undefined): JsonObject =>
    JSON.parse(Buffer.from(message!.payload).toString()) as JsonObject;

  it('gives the image of an update in signed blocks that add up to it', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    for (let offset = 0; offset < IMAGE.length; offset += 32_768)
      await dcu.tell('firmware_request', ask(sha256, offset, 32_768), { updateId });
    const blocks = (await dcu.heard('firmware_block', 4)).map(read);
    const whole = Buffer.concat(
      blocks
        .sort((a, b) => Number(a['offset']) - Number(b['offset']))
        .map(({ data }) => Buffer.from(String(data), 'base64url')),
    );
    expect(whole.equals(IMAGE)).toBe(true);
    expect(blocks[0]).toMatchObject({ totalLength: IMAGE.length, updateId, vin: TEST_VIN });
    expect(
      await verifyObject(blocks[0]!, {
        typ: typOf('firmware_block'),
        use: 'backend',
        keys,
        algorithms: ['EdDSA'],
      }),
    ).toMatchObject({ kind: 'valid' });
  });

  it('says why it gives no block: another image, beyond the end, an update that is not there', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    const cases: [string, JsonObject, string][] = [
      [updateId, ask('e'.repeat(64), 0, 10), 'IMAGE_NOT_OF_UPDATE'],
      [updateId, ask(sha256, IMAGE.length, 10), 'RANGE_INVALID'],
      ['other-update', ask(sha256, 0, 10), 'UPDATE_UNKNOWN'],
    ];
    for (const [index, [id, request, code]] of cases.entries()) {
      await dcu.tell('firmware_request', request, { updateId: id });
      const answers = await dcu.heard('firmware_block', index + 1);
      expect(read(answers[index])).toMatchObject({ data: '', reason: { code } });
    }
  });

  it('gives nothing to a request that is not signed, and notes it', async () => {
    const own = await backend();
    const dcu = await vehicle();
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('firmware_request', ask(sha256, 0, 10), { updateId, key: null });
    expect(await until(own, () => own.refused()[0])).toMatchObject({
      kind: 'firmware_request',
      code: 'UNSIGNED',
    });
    expect(broker.published.some(({ topic }) => topic.endsWith('/block'))).toBe(false);
  });
});
