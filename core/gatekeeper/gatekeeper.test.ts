import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue, type Catalogue } from '#core/catalogue';
import { openLink, type Link } from '#core/link';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import { createTopics, encodePayload, type IssueDetails, type Status } from '#core/protocol';
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
  aManifest,
  startBareBroker,
  tempDir,
  TEST_VIN,
  type BareBroker,
  type TempDir,
} from '#core/testing';
import { startGatekeeper, type Gatekeeper } from './gatekeeper.ts';

const topics = createTopics();
const IMAGE = Buffer.alloc(1_000, 'firmware ');
const later = (ms = 3_600_000): string => new Date(Date.now() + ms).toISOString();

let dir: TempDir;
let db: ReturnType<typeof openDatabase>;
let broker: BareBroker;
let catalogue: Catalogue;
let keys: KeyRing;
let backendKey: SigningKey;
let dcuKey: SigningKey;
let signer: SigningKey;
let manifest: IssueDetails['manifest'];
let closers: (() => Promise<void>)[];
let seq: number;

beforeEach(async () => {
  seq = 0;
  closers = [];
  dir = await tempDir();
  db = openDatabase(dir.join('bench.db'));
  broker = await startBareBroker();
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock: systemClock });
  const releaseKey = await aKey('EdDSA', 'release');
  backendKey = await aKey('EdDSA', 'backend');
  dcuKey = await aKey('EdDSA', 'dcu');
  signer = await aKey('EdDSA', 'gatekeeper');
  keys = aKeyRing(
    [backendKey, 'backend'],
    [releaseKey, 'release'],
    [dcuKey, `dcu:${TEST_VIN}`],
    [signer, 'gatekeeper'],
  );
  await catalogue.importImage(
    (async function* () {
      yield new Uint8Array(IMAGE);
    })(),
    { name: 'brake.bin' },
  );
  const sha256 = createHash('sha256').update(IMAGE).digest('hex');
  manifest = (await signObject(
    aManifest({ firmware: { name: 'brake.bin', sha256, length: IMAGE.length }, expires: later() }),
    { key: releaseKey, typ: RELEASE_TYP },
  )) as NonNullable<IssueDetails['manifest']>;
  catalogue.addRelease(manifest);
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

async function gatekeeper(policy: Policy = 'require'): Promise<Gatekeeper> {
  const started = await startGatekeeper({
    db,
    topics,
    catalogue,
    keys,
    policy,
    signer,
    link: await link('ota-gatekeeper'),
    algorithms: ['EdDSA'],
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  closers.push(() => started.close());
  return started;
}

/** A vehicle: what it hears on `status`, in order. */
async function vehicle(): Promise<{ link: Link; heard(count: number): Promise<Status[]> }> {
  const own = await link('ota-dcu-test');
  const all: Status[] = [];
  const waiting = new Set<() => void>();
  own.onMessage(({ payload }) => {
    all.push(JSON.parse(Buffer.from(payload).toString()) as Status);
    for (const wake of [...waiting]) wake();
  });
  await own.subscribe(topics.of('status', TEST_VIN), 1);
  return {
    link: own,
    heard: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (all.length < count) return;
          waiting.delete(look);
          resolve(all.slice(0, count));
        };
        waiting.add(look);
        look();
      }),
  };
}

async function tellInventory(from: Link, key: SigningKey | null = dcuKey): Promise<void> {
  seq += 1;
  const message = {
    ecus: [
      {
        ecuId: 'brake',
        name: 'Brake',
        hardwareId: 'brake-hw-1',
        partNumber: 'BRK-0001',
        bootloaderSha256: 'b'.repeat(64),
        activeBank: 'A' as const,
        banks: [
          {
            bank: 'A' as const,
            state: 'active' as const,
            version: '3.0.0',
            sha256: 'c'.repeat(64),
            length: 1,
            releaseCounter: 1,
          },
        ],
      },
    ],
    messageId: systemRandom.uuid(),
    vin: TEST_VIN,
    seq,
    sender: `ota-dcu-${TEST_VIN}`,
  };
  const signed =
    key === null ? message : await signObject(message, { key, typ: typOf('inventory') });
  await from.publish(topics.of('inventory', TEST_VIN), encodePayload(signed), {
    qos: 1,
    retain: true,
  });
}

async function anIssueNow(changes: Partial<IssueDetails> = {}): Promise<Uint8Array> {
  seq += 1;
  const message = {
    version: '3.0.1',
    description: 'd',
    messageId: systemRandom.uuid(),
    updateId: systemRandom.uuid(),
    vin: TEST_VIN,
    ecuId: 'brake',
    seq,
    sender: 'ota-backend',
    issuedAt: later(0),
    expires: later(),
    manifest,
    ...changes,
  };
  return encodePayload(await signObject(message, { key: backendKey, typ: typOf('issue_details') }));
}

const issue = (from: Link, payload: Uint8Array, retain = false): Promise<void> =>
  from.publish(topics.of('issue_details', TEST_VIN), payload, { qos: 1, retain });

describe('the gatekeeper at a broker', () => {
  it('answers a signed issue with a signed status that carries the manifest', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link);
    await gatekeeper();
    const payload = await anIssueNow();
    await issue(await link('ota-backend'), payload);
    const [status] = await dcu.heard(1);
    const asked = JSON.parse(Buffer.from(payload).toString()) as IssueDetails;
    expect(status).toMatchObject({
      status: 'Available',
      version: '3.0.1',
      updateId: asked.updateId,
      vin: TEST_VIN,
      ecuId: 'brake',
      seq: expect.any(Number) as number,
      sender: 'ota-gatekeeper',
      expires: asked.expires,
      inReplyTo: asked.messageId,
      manifest,
    });
    expect(Object.keys(status!).slice(0, 2)).toEqual(['status', 'version']);
    expect(
      await verifyObject(status!, {
        typ: typOf('status'),
        algorithms: ['EdDSA'],
        keys,
        use: 'gatekeeper',
      }),
    ).toMatchObject({ kind: 'valid', name: 'gatekeeper' });
  });

  it('[G3] answers a ten-line script with Rejected and the reason under require, Available under off', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link);
    const strict = await gatekeeper();
    const script = await link('script');
    const short = new Uint8Array(Buffer.from('{"version":"3.0.1","description":"d"}'));
    await issue(script, short);
    expect((await dcu.heard(1))[0]).toMatchObject({
      status: 'Rejected',
      version: '3.0.1',
      reason: { code: 'UNSIGNED', rule: 'G3' },
    });
    await strict.close();
    await gatekeeper('off');
    await issue(script, short);
    expect((await dcu.heard(2))[1]).toMatchObject({
      status: 'Available',
      version: '3.0.1',
      ecuId: 'brake',
      manifest,
    });
  });

  it('[G1] answers bytes that are no message at all, and at a bounded rate', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link);
    const gate = await gatekeeper();
    let unanswered = 0;
    const flooded = new Promise<void>((resolve) => {
      gate.onVerdict((_verdict, answered) => {
        if (!answered) unanswered += 1;
        if (unanswered === 30) resolve();
      });
    });
    const script = await link('script');
    for (let count = 0; count < 60; count += 1) await issue(script, new Uint8Array([0xff]));
    await flooded;
    // A signed one is answered all the same: nobody can silence the gatekeeper by noise.
    await issue(script, await anIssueNow());
    const answers = await dcu.heard(21);
    expect(answers[0]).toMatchObject({
      status: 'Rejected',
      version: '',
      reason: { code: 'INVALID_UTF8' },
    });
    const all = await new Promise<Status[]>((resolve) => {
      const look = async (count: number): Promise<void> => {
        const heard = await dcu.heard(count);
        if (heard.at(-1)?.status === 'Available') resolve(heard);
        else await look(count + 1);
      };
      void look(21);
    });
    expect(all.length).toBeLessThanOrEqual(31);
  });

  it('[G5] rejects a second publication as replayed, over a restart too', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link);
    const first = await gatekeeper();
    const script = await link('script');
    const payload = await anIssueNow();
    await issue(script, payload);
    expect((await dcu.heard(1))[0]).toMatchObject({ status: 'Available' });
    await first.close();
    await gatekeeper();
    await issue(script, payload);
    expect((await dcu.heard(2))[1]).toMatchObject({
      status: 'Rejected',
      reason: { code: 'REPLAYED' },
    });
  });

  it('[G5] refuses a retained issue that a broker hands out on subscription', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link);
    await issue(await link('script'), await anIssueNow(), true);
    await gatekeeper();
    expect((await dcu.heard(1))[0]).toMatchObject({
      status: 'Rejected',
      reason: { code: 'RETAINED_ISSUE' },
    });
  });

  it('[G7] does not believe an inventory that the vehicle did not sign', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link, null);
    await tellInventory(dcu.link, await aKey('EdDSA', 'stranger'));
    await gatekeeper();
    await issue(await link('script'), await anIssueNow());
    expect((await dcu.heard(1))[0]).toMatchObject({
      status: 'Unavailable',
      reason: { code: 'VEHICLE_UNKNOWN', rule: 'G7' },
    });
  });

  it('keeps what vehicles said over a restart, without their telling it again', async () => {
    const dcu = await vehicle();
    await tellInventory(dcu.link);
    const first = await gatekeeper();
    const script = await link('script');
    await issue(script, await anIssueNow());
    await dcu.heard(1);
    await first.close();
    await dcu.link.publish(topics.of('inventory', TEST_VIN), new Uint8Array(), {
      qos: 1,
      retain: true,
    });
    await gatekeeper();
    await issue(script, await anIssueNow());
    expect((await dcu.heard(2))[1]).toMatchObject({ status: 'Available' });
  });
});
