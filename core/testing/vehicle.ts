import { setTimeout } from 'node:timers';
import { startDcu, type Dcu, type DcuOptions } from '#core/dcu';
import { openLink, type Link } from '#core/link';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import {
  createTopics,
  encodePayload,
  FirmwareRequest,
  qosOf,
  type Bundle,
  type MessageKind,
  type ReleaseManifest,
} from '#core/protocol';
import {
  BUNDLE_TYP,
  manifestDigest,
  RELEASE_TYP,
  signObject,
  typOf,
  type KeyRing,
  type Signed,
  type SigningKey,
} from '#core/signing';
import { startBareBroker, type BareBroker } from './bare-broker.ts';
import { startFirmwareServer, type FirmwareServer } from './firmware-server.ts';
import { aKey, aKeyRing } from './keys.ts';
import { TEST_VIN } from './messages.ts';
import { sha256Of, smallProfile } from './small-profile.ts';

/** A message that the broker carried, as far as tests look at it. */
export type Said = { readonly kind: MessageKind; readonly retain: boolean } & Record<
  string,
  unknown
>;

/** A real broker, a real backend API and the keys of everybody, around one vehicle. */
export type VehicleBench = {
  readonly broker: BareBroker;
  readonly server: FirmwareServer;
  readonly keys: KeyRing;
  readonly signers: Record<'release' | 'gatekeeper' | 'backend' | 'dcu', SigningKey>;
  /** For the next test: nothing was said or asked yet, and the server answers as it should. */
  forget(): void;
  /** Everything the DCU said, oldest first. */
  said(kind?: MessageKind): Said[];
  /** Resolves with the first message of that kind, or any, that fits; also one from before. */
  heard(kind: MessageKind | null, fits: (message: Said) => boolean): Promise<Said>;
  openLink(): Link;
  start(dir: string, link: Link, changes?: Partial<DcuOptions>): Promise<Dcu>;
  /** What `start` starts it with. */
  optionsOf(dir: string, link: Link, changes?: Partial<DcuOptions>): DcuOptions;
  /** Signs a manifest for an image of the server. */
  release(image: Uint8Array, changes?: Partial<ReleaseManifest>): Promise<Signed<ReleaseManifest>>;
  /** Signs a bundle over manifests: what an offer of several ECUs carries. */
  bundle(
    manifests: readonly Signed<ReleaseManifest>[],
    changes?: Partial<Bundle>,
  ): Promise<{ bundle: Signed<Bundle>; manifests: Signed<ReleaseManifest>[] }>;
  /** The gatekeeper offers it. Signed unless `unsigned`. */
  offer(
    manifest: Signed<ReleaseManifest> | undefined,
    changes?: Record<string, unknown>,
    how?: Publishing,
  ): Promise<Uint8Array>;
  command(changes: Record<string, unknown>, how?: Publishing): Promise<Uint8Array>;
  /**
   * Answers block requests, several at once for one request if need be; without `answer` with
   * the bytes of `image` that were asked for.
   */
  serveBlocks(image: Uint8Array, answer?: BlockAnswer): () => void;
  /** Bytes as they are, to the DCU's topic. */
  publish(
    kind: MessageKind,
    payload: Uint8Array,
    how?: { retain?: boolean; vin?: string },
  ): Promise<void>;
  close(): Promise<void>;
};

export type BlockBody = Record<string, unknown> & { offset: number };
/** What is sent for a request, given the right answer and how many requests came before. */
export type BlockAnswer = (right: BlockBody, count: number) => readonly BlockBody[];

export type Publishing = {
  readonly unsigned?: boolean;
  readonly signer?: SigningKey;
  readonly retain?: boolean;
  readonly vin?: string;
};

/** Longest wait for a message; a test that waits this long has failed. */
const PATIENCE_MS = 20_000;

export async function startVehicleBench(): Promise<VehicleBench> {
  const broker = await startBareBroker();
  const server = await startFirmwareServer(TEST_VIN);
  const [release, gatekeeper, backend, dcu] = await Promise.all([
    aKey('EdDSA', 'release'),
    aKey('EdDSA', 'gatekeeper'),
    aKey('EdDSA', 'backend'),
    aKey('EdDSA', 'dcu'),
  ]);
  const signers = { release, gatekeeper, backend, dcu };
  const keys = aKeyRing([release, 'release'], [gatekeeper, 'gatekeeper'], [backend, 'backend']);
  const topics = createTopics();
  const sender = openLink({
    url: broker.url,
    clientId: 'everybody-else',
    clean: true,
    clock: systemClock,
    log: silentLog,
  });
  await sender.whenUp();
  let seq = 0;

  const said = (kind?: MessageKind): Said[] =>
    broker.published.flatMap((packet) => {
      const address = topics.parse(packet.topic);
      if (address === null || (kind !== undefined && address.kind !== kind)) return [];
      const text = Buffer.from(packet.payload).toString();
      if (!text.startsWith('{')) return [];
      const message = JSON.parse(text) as Record<string, unknown>;
      if (kind === undefined && message['sender'] === 'test') return [];
      return [{ ...message, kind: address.kind, retain: packet.retain }];
    });

  const send = async (
    kind: 'status' | 'command',
    body: Record<string, unknown>,
    how: Publishing = {},
  ): Promise<Uint8Array> => {
    const now = systemClock.now();
    seq += 1;
    const vin = how.vin ?? TEST_VIN;
    const message = {
      ...body,
      messageId: body['messageId'] ?? systemRandom.uuid(),
      vin: body['vin'] ?? vin,
      sender: 'test',
      seq: body['seq'] ?? now * 1_000 + seq,
      issuedAt: new Date(now).toISOString(),
      expires: body['expires'] ?? new Date(now + 3_600_000).toISOString(),
    };
    const key = how.signer ?? (kind === 'status' ? gatekeeper : backend);
    const payload = encodePayload(
      how.unsigned === true ? message : await signObject(message, { key, typ: typOf(kind) }),
    );
    await publish(kind, payload, how);
    return payload;
  };
  const publish: VehicleBench['publish'] = (kind, payload, how = {}) =>
    sender.publish(topics.of(kind, how.vin ?? TEST_VIN), payload, {
      qos: qosOf(kind),
      retain: how.retain ?? false,
    });

  const serveBlocks: VehicleBench['serveBlocks'] = (image, answer = (right) => [right]) => {
    let count = 0;
    const serve = async (topic: string, payload: string): Promise<void> => {
      const request = FirmwareRequest.parse(JSON.parse(payload));
      const { offset, length, sha256 } = request;
      const updateId = topics.parse(topic)?.updateId ?? '';
      const right = {
        sha256,
        offset,
        totalLength: image.length,
        data: Buffer.from(image.subarray(offset, offset + length)).toString('base64url'),
        updateId,
        vin: TEST_VIN,
        sender: 'test',
      };
      for (const body of answer(right, count++)) {
        const signed = await signObject(body, { key: backend, typ: typOf('firmware_block') });
        await sender.publish(
          topics.of('firmware_block', TEST_VIN, updateId),
          encodePayload(signed),
          { qos: 1, retain: false },
        );
      }
    };
    const onPublish = (packet: { topic: string; payload: Buffer | string }): void => {
      if (packet.topic.endsWith('/request')) {
        serve(packet.topic, packet.payload.toString()).catch(() => undefined);
      }
    };
    broker.aedes.on('publish', onPublish);
    return () => {
      broker.aedes.off('publish', onPublish);
    };
  };

  const optionsOf: VehicleBench['optionsOf'] = (dir, link, changes = {}) => ({
    vin: TEST_VIN,
    dir,
    link,
    topics,
    keys,
    policy: 'require',
    algorithms: ['EdDSA'],
    signer: dcu,
    transport: 'https',
    backendApi: { url: () => server.url, tls: server.tls },
    profile: smallProfile(),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    ...changes,
  });

  return {
    broker,
    server,
    keys,
    signers,
    said,
    serveBlocks,
    heard: async (kind, fits) => {
      for (;;) {
        const found = said(kind ?? undefined).find(fits);
        if (found !== undefined) return found;
        await nextPublish(broker, kind ?? 'message');
      }
    },
    openLink: () =>
      openLink({
        url: broker.url,
        // A session of its own, or one test would hear what another left in the queue.
        clientId: `ota-dcu-${TEST_VIN}-${systemRandom.uuid()}`,
        retryMs: 50,
        clock: systemClock,
        log: silentLog,
      }),
    optionsOf,
    start: (dir, link, changes) => startDcu(optionsOf(dir, link, changes)),
    release: async (image, changes = {}) => {
      const sha256 = sha256Of(image);
      server.put(image, sha256);
      const now = systemClock.now();
      const manifest: ReleaseManifest = {
        releaseId: `release-${sha256.slice(0, 8)}`,
        hardwareId: 'hw-brake',
        partNumber: 'P1',
        version: '2.0',
        releaseCounter: 3,
        description: 'for a test',
        firmware: { name: 'image.bin', sha256, length: image.length },
        requires: [],
        preconditions: {},
        createdAt: new Date(now).toISOString(),
        expires: new Date(now + 3_600_000).toISOString(),
        ...changes,
      };
      return signObject(manifest, { key: release, typ: RELEASE_TYP });
    },
    bundle: async (manifests, changes = {}) => {
      const now = systemClock.now();
      const bundle: Bundle = {
        bundleId: `bundle-${systemRandom.uuid()}`,
        releases: manifests.map((manifest) => ({
          releaseId: manifest.releaseId,
          hardwareId: manifest.hardwareId,
          sha256: manifestDigest(manifest),
        })),
        createdAt: new Date(now).toISOString(),
        expires: new Date(now + 3_600_000).toISOString(),
        ...changes,
      };
      const signed = await signObject(bundle, { key: release, typ: BUNDLE_TYP });
      return { bundle: signed, manifests: [...manifests] };
    },
    offer: (manifest, changes = {}, how) =>
      send(
        'status',
        {
          status: 'Available',
          version: manifest?.version ?? '2.0',
          updateId: systemRandom.uuid(),
          ecuId: 'brake',
          ...(manifest === undefined ? {} : { manifest }),
          ...changes,
        },
        how,
      ),
    command: (changes, how) => send('command', changes, how),
    publish,
    forget: () => {
      broker.published.length = 0;
      server.requests.length = 0;
      server.faults = {};
      server.answers = { verify: { status: 200, body: { verified: true } }, notify: 200 };
    },
    close: async () => {
      await sender.close();
      await server.close();
      await broker.close();
    },
  };
}

function nextPublish(broker: BareBroker, kind: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const heard = (): void => {
      clearTimeout(timer);
      broker.aedes.off('publish', heard);
      // The list of what was published is kept by an earlier listener.
      resolve();
    };
    const timer = setTimeout(() => {
      broker.aedes.off('publish', heard);
      reject(new Error(`no such ${kind} came within ${PATIENCE_MS} ms`));
    }, PATIENCE_MS);
    broker.aedes.on('publish', heard);
  });
}
