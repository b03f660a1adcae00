import { createHash } from 'node:crypto';
import { createCatalogue, type Catalogue } from '#core/catalogue';
import { judgeIssue, type Arrival, type GateVerdict, type JudgeDeps } from '#core/gatekeeper';
import {
  encodePayload,
  type InventoryEcu,
  type IssueDetails,
  type ReleaseManifest,
} from '#core/protocol';
import {
  createReplayGuard,
  RELEASE_TYP,
  signObject,
  typOf,
  verifyObject,
  type KeyRing,
  type Policy,
  type ReplayEntry,
  type ReplayGuard,
  type SigningKey,
  type Typ,
} from '#core/signing';
import { openDatabase } from '#core/storage';
import { fixedClock } from './clock.ts';
import { aKey, aKeyRing } from './keys.ts';
import { aManifest, anIssue, TEST_VIN } from './messages.ts';
import { tempDir } from './temp.ts';

const clock = fixedClock();
const image = new Uint8Array(Buffer.alloc(5_000, 'firmware '));
const sha256 = createHash('sha256').update(image).digest('hex');
const firmware = { name: 'brake.bin', sha256, length: image.length };

export const aBank = (
  changes: Partial<InventoryEcu['banks'][number]> = {},
): InventoryEcu['banks'][number] => ({
  bank: 'A',
  state: 'active',
  version: '3.0.0',
  sha256: 'c'.repeat(64),
  length: 10,
  releaseCounter: 1,
  ...changes,
});

export const anEcu = (changes: Partial<InventoryEcu> = {}): InventoryEcu => ({
  ecuId: 'brake',
  name: 'Brake',
  hardwareId: 'brake-hw-1',
  partNumber: 'BRK-0001',
  bootloaderSha256: 'b'.repeat(64),
  activeBank: 'A',
  banks: [aBank()],
  ...changes,
});

type Options = Partial<Arrival> & { policy?: Policy };

/** One judgement after the other, on a real catalogue and replay guard. */
export type Gate = {
  readonly catalogue: Catalogue;
  readonly replay: ReplayGuard;
  readonly keys: KeyRing;
  readonly backendKey: SigningKey;
  readonly releaseKey: SigningKey;
  readonly image: Uint8Array;
  readonly firmware: ReleaseManifest['firmware'];
  /** What the vehicle has; a test may change it. */
  ecus: InventoryEcu[] | null;
  /** What `issueOf` carries unless told otherwise. */
  manifest: ReleaseManifest;
  sign<T extends Readonly<Record<string, unknown>>>(
    object: T,
    key: SigningKey,
    typ?: Typ,
  ): Promise<T>;
  /** A release in the catalogue. */
  release(changes: Partial<ReleaseManifest>): Promise<ReleaseManifest>;
  issueOf(changes?: Partial<IssueDetails>, key?: SigningKey): Promise<IssueDetails>;
  judge(message: object, options?: Options): Promise<GateVerdict>;
  refusal(
    message: object,
    options?: Options,
  ): Promise<{ rule: string; code: string; detail: string; status: string }>;
  close(): Promise<void>;
};

type EntryOf = (
  kind: 'issue_details',
  vin: string,
  issue: IssueDetails,
  payload: Uint8Array,
  mark: Parameters<JudgeDeps['seen']>[2],
) => ReplayEntry;

/** @param entryOf the gatekeeper's own, which its door does not show */
export async function openGate(entryOf: EntryOf): Promise<Gate> {
  const dir = await tempDir();
  const db = openDatabase(dir.join('bench.db'));
  const catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock });
  await catalogue.importImage(oneOf(image), { name: 'brake.bin' });
  const replay = createReplayGuard(db, { clock });
  const backendKey = await aKey('EdDSA', 'backend');
  const releaseKey = await aKey('EdDSA', 'release');
  const keys = aKeyRing([backendKey, 'backend'], [releaseKey, 'release']);
  const gate: Gate = {
    ...{ catalogue, replay, keys, backendKey, releaseKey, image, firmware },
    ecus: [anEcu()],
    manifest: aManifest({ firmware }),
    sign: async (object, key, typ = RELEASE_TYP) => ({
      ...object,
      ...(await signObject(object, { key, typ })),
    }),
    async release(changes) {
      const signed = await gate.sign(aManifest({ firmware, ...changes }), releaseKey);
      catalogue.addRelease(signed);
      return signed;
    },
    issueOf: (changes = {}, key = backendKey) =>
      gate.sign(anIssue({ manifest: gate.manifest, ...changes }), key, typOf('issue_details')),
    judge: async (message, { policy = 'require', ...arrival } = {}) => {
      const payload = message instanceof Uint8Array ? message : encodePayload({ ...message });
      return judgeIssue(
        { vin: TEST_VIN, payload, retain: false, dup: false, ...arrival },
        {
          policy,
          now: clock.now(),
          newUpdateId: () => 'fresh-id',
          verify: (object, { typ, use }) =>
            verifyObject(object, { typ, use, keys, algorithms: ['EdDSA', 'ES256'] }),
          seen: (issue, { vin, payload: bytes }, mark) =>
            replay.check(entryOf('issue_details', vin, issue, bytes, mark)),
          catalogue,
          ecus: () => gate.ecus,
        },
      );
    },
    async refusal(message, options) {
      const verdict = await gate.judge(message, options);
      if (verdict.kind !== 'refused') throw new Error(`not refused: ${verdict.kind}`);
      return { rule: verdict.rule, status: verdict.status, ...verdict.reason };
    },
    async close() {
      await catalogue.close();
      db.close();
      await dir.remove();
    },
  };
  gate.manifest = await gate.release({});
  return gate;
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
