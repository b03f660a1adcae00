import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { startBackend, type Backend } from '#core/backend';
import { createCatalogue, type Catalogue } from '#core/catalogue';
import type { UpdateView } from '#core/contract';
import { startGatekeeper, type Gatekeeper } from '#core/gatekeeper';
import { openLink, type Incoming, type Link } from '#core/link';
import { silentLog, systemClock, systemRandom, type Clock } from '#core/ports';
import { createTopics, encodePayload, type JsonObject, type MessageKind } from '#core/protocol';
import { signObject, typOf, type KeyRing, type Policy, type SigningKey } from '#core/signing';
import { openDatabase } from '#core/storage';
import { startBareBroker, type BareBroker } from './bare-broker.ts';
import { fixedClock, type FixedClock } from './clock.ts';
import { aKey, aKeyRing } from './keys.ts';
import { TEST_VIN } from './messages.ts';
import { tempDir, type TempDir } from './temp.ts';

/** A firmware image whose every part can be told from the others. */
export const TEST_IMAGE: Buffer = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));
export const TEST_IMAGE_SHA256: string = createHash('sha256').update(TEST_IMAGE).digest('hex');

/** Broker, database, catalogue with one image, and everybody's keys: all real, all temporary. */
export type Site = {
  readonly dir: TempDir;
  readonly db: DatabaseSync;
  readonly broker: BareBroker;
  readonly catalogue: Catalogue;
  readonly keys: KeyRing;
  readonly keyOf: Readonly<Record<'backend' | 'release' | 'gatekeeper' | 'dcu', SigningKey>>;
  /** Wall clock of the rules; waits are real. */
  readonly clock: FixedClock;
  link(clientId: string): Promise<Link>;
  backend(policy?: Policy): Promise<Backend>;
  gatekeeper(policy?: Policy): Promise<Gatekeeper>;
  /** Ends everything in the reverse order of its start; fits `afterEach`. */
  close(): Promise<void>;
};

export async function openSite(): Promise<Site> {
  const closers: (() => void | Promise<void>)[] = [];
  const clock = fixedClock();
  const dir = await tempDir();
  closers.push(dir.remove);
  const db = openDatabase(dir.join('bench.db'));
  closers.push(() => {
    db.close();
  });
  const broker = await startBareBroker();
  closers.push(() => broker.close());
  const catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock });
  closers.push(() => catalogue.close());
  await catalogue.importImage(oneOf(new Uint8Array(TEST_IMAGE)), { name: 'brake.bin' });
  const keyOf = {
    backend: await aKey('EdDSA', 'backend'),
    release: await aKey('EdDSA', 'release'),
    gatekeeper: await aKey('EdDSA', 'gatekeeper'),
    dcu: await aKey('EdDSA', 'dcu'),
  };
  const keys = aKeyRing(
    [keyOf.backend, 'backend'],
    [keyOf.release, 'release'],
    [keyOf.gatekeeper, 'gatekeeper'],
    [keyOf.dcu, `dcu:${TEST_VIN}`],
  );
  const mixed: Clock = { ...systemClock, now: () => clock.now() };
  const common = {
    db,
    catalogue,
    keys,
    topics: createTopics(),
    algorithms: ['EdDSA'],
    clock: mixed,
    random: systemRandom,
    log: silentLog,
  } as const;

  const link = async (clientId: string): Promise<Link> => {
    const { url } = broker;
    const opened = openLink({ url, clientId, clock: systemClock, log: silentLog, retryMs: 20 });
    closers.push(() => opened.close());
    await opened.whenUp();
    return opened;
  };
  return {
    dir,
    db,
    broker,
    catalogue,
    keys,
    keyOf,
    clock,
    link,
    async backend(policy = 'require') {
      const started = await startBackend({
        ...common,
        policy,
        link: await link('ota-backend'),
        messageKey: keyOf.backend,
        releaseKey: keyOf.release,
        api: null,
      });
      closers.push(() => started.close());
      return started;
    },
    async gatekeeper(policy = 'require') {
      const own = await link('ota-gatekeeper');
      const started = await startGatekeeper({
        ...common,
        policy,
        link: own,
        signer: keyOf.gatekeeper,
      });
      closers.push(() => started.close());
      return started;
    },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}

/** The other side of the broker: says what a test wants, and hears everything. */
export type TestVehicle = {
  tell(
    kind: MessageKind,
    body: JsonObject,
    options?: {
      /** Null: unsigned. Left out: the key that belongs to the kind. */
      key?: SigningKey | null;
      updateId?: string;
      retain?: boolean;
      /** Left out: one above the last. */
      seq?: number;
    },
  ): Promise<void>;
  raw(kind: MessageKind, payload: string | Uint8Array, retain?: boolean): Promise<void>;
  /** Resolves with all messages of a kind once there are `count`. */
  heard(kind: MessageKind, count?: number): Promise<(Incoming & { readonly json: JsonObject })[]>;
};

const HEARD: readonly MessageKind[] = ['issue_details', 'status', 'command', 'firmware_block'];

export async function aVehicle(site: Site): Promise<TestVehicle> {
  const topics = createTopics();
  const own = await site.link('test-vehicle');
  const all: Incoming[] = [];
  const waiting = new Set<() => void>();
  let last = 0;
  own.onMessage((message) => {
    all.push(message);
    for (const look of [...waiting]) look();
  });
  for (const kind of HEARD) await own.subscribe(topics.filter(kind), 2);
  return {
    async tell(kind, body, { key, updateId, retain = false, seq } = {}) {
      last = seq ?? last + 1;
      const sender = kind === 'status' ? 'ota-gatekeeper' : `dcu:${TEST_VIN}`;
      const message = {
        ...body,
        messageId: systemRandom.uuid(),
        vin: TEST_VIN,
        seq: last,
        sender,
        ...(updateId === undefined ? {} : { updateId }),
      };
      const usual = kind === 'status' ? site.keyOf.gatekeeper : site.keyOf.dcu;
      const by = key === undefined ? usual : key;
      const signed = by ? await signObject(message, { key: by, typ: typOf(kind) }) : message;
      const topic = topics.of(kind, TEST_VIN, updateId);
      await own.publish(topic, encodePayload(signed), { qos: 1, retain });
    },
    async raw(kind, payload, retain = false) {
      const bytes = new Uint8Array(Buffer.from(payload));
      await own.publish(topics.of(kind, TEST_VIN), bytes, { qos: 1, retain });
    },
    heard: (kind, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = all.filter(({ topic }) => topics.parse(topic)?.kind === kind);
          if (found.length < count) return;
          waiting.delete(look);
          resolve(found.map((message) => ({ ...message, json: read(message.payload) })));
        };
        waiting.add(look);
        look();
      }),
  };
}

/** One brake ECU at counter 4; its other bank is as told. */
export function anInventory(previous: 'valid' | 'empty' = 'valid'): JsonObject {
  const there = previous === 'valid';
  const [version, sha256] = there ? ['1.0.0', 'd'.repeat(64)] : [null, null];
  return {
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
            ...{ bank: 'A', state: 'active', version: '1.1.0', sha256: 'c'.repeat(64) },
            ...{ length: 5, releaseCounter: 4 },
          },
          { bank: 'B', state: previous, version, sha256, length: null, releaseCounter: null },
        ],
      },
    ],
  };
}

/** Resolves once `look` finds something among what the backend shows. */
export function whenBackend<T>(of: Backend, look: () => T | undefined | false): Promise<T> {
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

export function whenStage(
  of: Backend,
  updateId: string,
  stage: UpdateView['stage'],
): Promise<UpdateView> {
  return whenBackend(of, () => {
    const update = of.update(updateId);
    return update?.stage === stage ? update : undefined;
  });
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function read(payload: Uint8Array): JsonObject {
  return JSON.parse(Buffer.from(payload).toString('utf8')) as JsonObject;
}
