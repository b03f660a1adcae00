import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue, type Catalogue } from '#core/catalogue';
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
  type ReplayGuard,
  type SigningKey,
} from '#core/signing';
import { openDatabase } from '#core/storage';
import {
  aKey,
  aKeyRing,
  aManifest,
  anIssue,
  aSecret,
  fixedClock,
  tempDir,
  TEST_VIN,
  type TempDir,
} from '#core/testing';
import { judgeIssue, type Arrival } from './judge.ts';
import { replayEntry } from './replay-entry.ts';
import type { GateVerdict } from './verdict.ts';

const clock = fixedClock();
const IMAGE = new Uint8Array(Buffer.alloc(5_000, 'firmware '));
const sha256 = createHash('sha256').update(IMAGE).digest('hex');
const firmware = { name: 'brake.bin', sha256, length: IMAGE.length };

const bank = (changes = {}): InventoryEcu['banks'][number] => ({
  bank: 'A',
  state: 'active',
  version: '3.0.0',
  sha256: 'c'.repeat(64),
  length: 10,
  releaseCounter: 1,
  ...changes,
});
const anEcu = (changes: Partial<InventoryEcu> = {}): InventoryEcu => ({
  ecuId: 'brake',
  name: 'Brake',
  hardwareId: 'brake-hw-1',
  partNumber: 'BRK-0001',
  bootloaderSha256: 'b'.repeat(64),
  activeBank: 'A',
  banks: [bank()],
  ...changes,
});

let dir: TempDir;
let db: ReturnType<typeof openDatabase>;
let catalogue: Catalogue;
let replay: ReplayGuard;
let keys: KeyRing;
let backendKey: SigningKey;
let releaseKey: SigningKey;
let ecus: InventoryEcu[] | null;
let manifest: ReleaseManifest;

const sign = async <T extends object>(
  object: T,
  key: SigningKey,
  typ = RELEASE_TYP as never,
): Promise<T> => (await signObject(object as Record<string, unknown>, { key, typ })) as T;

beforeEach(async () => {
  dir = await tempDir();
  db = openDatabase(dir.join('bench.db'));
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock });
  replay = createReplayGuard(db, { clock });
  backendKey = await aKey('EdDSA', 'backend');
  releaseKey = await aKey('EdDSA', 'release');
  keys = aKeyRing([backendKey, 'backend'], [releaseKey, 'release']);
  ecus = [anEcu()];
  await catalogue.importImage(bytes(IMAGE), { name: 'brake.bin' });
  manifest = await release({});
});
afterEach(async () => {
  await catalogue.close();
  db.close();
  await dir.remove();
});

async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** A release in the catalogue. */
async function release(changes: Partial<ReleaseManifest>): Promise<ReleaseManifest> {
  const signed = await sign(aManifest({ firmware, ...changes }), releaseKey);
  catalogue.addRelease(signed);
  return signed;
}

async function judge(
  message: IssueDetails | Uint8Array,
  { policy = 'require', ...arrival }: Partial<Arrival> & { policy?: Policy } = {},
): Promise<GateVerdict> {
  const payload = message instanceof Uint8Array ? message : encodePayload(message);
  return judgeIssue(
    { vin: TEST_VIN, payload, retain: false, dup: false, ...arrival },
    {
      policy,
      now: clock.now(),
      newUpdateId: () => 'fresh-id',
      verify: (object, { typ, use }) =>
        verifyObject(object, { typ, use, keys, algorithms: ['EdDSA', 'ES256'] }),
      seen: (issue, { vin, payload: bytesOf }, mark) =>
        replay.check(replayEntry('issue_details', vin, issue, bytesOf, mark)),
      catalogue,
      ecus: () => ecus,
    },
  );
}

const issueOf = async (
  changes: Partial<IssueDetails> = {},
  key = backendKey,
): Promise<IssueDetails> =>
  sign(anIssue({ manifest, ...changes }), key, typOf('issue_details') as never);

async function refusal(
  message: IssueDetails | Uint8Array | Promise<IssueDetails>,
  options: Partial<Arrival> & { policy?: Policy } = {},
): Promise<{ rule: string; code: string; detail: string; status: string }> {
  const verdict = await judge(await message, options);
  if (verdict.kind !== 'refused') throw new Error(`not refused: ${verdict.kind}`);
  return { rule: verdict.rule, status: verdict.status, ...verdict.reason };
}

const text = (json: string): Uint8Array => new Uint8Array(Buffer.from(json));

describe('the gatekeeper’s judgement', () => {
  it('passes a signed, fresh, compatible issue with its manifest and ids', async () => {
    const issue = await issueOf();
    expect(await judge(issue)).toMatchObject({
      kind: 'passed',
      status: 'Available',
      manifest,
      subject: {
        vin: TEST_VIN,
        version: '3.0.1',
        updateId: issue.updateId,
        ecuId: 'brake',
        inReplyTo: issue.messageId,
        mark: 'valid',
        expires: issue.expires,
      },
    });
  });

  it.each([
    ['MALFORMED_JSON', text('{"version":')],
    ['DUPLICATE_MEMBER', text('{"version":"1","version":"2","description":""}')],
    ['INVALID_UTF8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['NOT_AN_OBJECT', text('["version"]')],
    ['TOO_LARGE', text(`{"description":"${'x'.repeat(65_536)}"}`)],
    ['SCHEMA', text('{"version":3,"description":"d"}')],
    ['SCHEMA', text('{"description":"no version"}')],
  ])('[G1] [P2] refuses a payload that is %s', async (code, payload) => {
    for (const policy of ['require', 'off'] as const) {
      expect(await refusal(payload, { policy })).toMatchObject({
        rule: 'G1',
        code,
        status: 'Rejected',
      });
    }
  });

  it('[G2] [P3] refuses a payload that names another vehicle, and says both', async () => {
    const answer = await refusal(issueOf({ vin: 'VIN2' }));
    expect(answer).toMatchObject({ rule: 'G2', code: 'VIN_MISMATCH', status: 'Rejected' });
    expect(answer.detail).toContain('VIN2');
    expect(answer.detail).toContain(TEST_VIN);
  });

  it('[G3] refuses an unsigned message and gives it an id of its own', async () => {
    const verdict = await judge(text('{"version":"3.0.1","description":"d"}'));
    expect(verdict).toMatchObject({
      kind: 'refused',
      rule: 'G3',
      reason: { code: 'UNSIGNED' },
      subject: { updateId: 'fresh-id', version: '3.0.1', mark: 'unsigned' },
    });
  });

  it('[G3] does not let an unproven sender speak of somebody’s update', async () => {
    const verdict = await judge(anIssue({ manifest, updateId: 'theirs' }));
    expect(verdict.subject.updateId).toBe('fresh-id');
  });

  it('[G3] refuses a tampered message', async () => {
    const issue = { ...(await issueOf()), description: 'Changed on the way' };
    expect(await refusal(issue)).toMatchObject({ rule: 'G3', code: 'SIGNATURE_INVALID' });
  });

  it('[G3] refuses a foreign key', async () => {
    const stranger = await aKey('EdDSA', 'stranger');
    expect(await refusal(issueOf({}, stranger))).toMatchObject({ rule: 'G3', code: 'KEY_UNKNOWN' });
  });

  it('[G3] refuses a message signed by a key for something else', async () => {
    expect(await refusal(issueOf({}, releaseKey))).toMatchObject({ rule: 'G3', code: 'KEY_USE' });
  });

  it('[G3] refuses an algorithm it does not accept', async () => {
    const secret = aSecret('HS256');
    keys.add(secret.publicKey, ['backend']);
    expect(await refusal(issueOf({}, secret))).toMatchObject({
      rule: 'G3',
      code: 'ALG_UNEXPECTED',
    });
  });

  it('[G3] [S5] refuses a manifest that is unsigned, changed, or signed by the message key', async () => {
    expect(await refusal(issueOf({ manifest: aManifest({ firmware }) }))).toMatchObject({
      rule: 'G3',
      code: 'UNSIGNED',
      detail: expect.stringContaining('manifest') as string,
    });
    expect(await refusal(issueOf({ manifest: { ...manifest, releaseCounter: 99 } }))).toMatchObject(
      { rule: 'G3', code: 'SIGNATURE_INVALID' },
    );
    expect(
      await refusal(issueOf({ manifest: await sign(aManifest({ firmware }), backendKey) })),
    ).toMatchObject({ rule: 'G3', code: 'KEY_USE' });
  });

  it('[G3] [S5] refuses a message without a manifest, or about another version than its manifest', async () => {
    const { manifest: none, ...bare } = anIssue();
    expect(none).toBeDefined();
    expect(
      await refusal(sign(bare as IssueDetails, backendKey, typOf('issue_details') as never)),
    ).toMatchObject({ code: 'MANIFEST_MISSING' });
    const answer = await refusal(issueOf({ version: '3.0.2' }));
    expect(answer).toMatchObject({ rule: 'G3', code: 'MANIFEST_MISMATCH' });
    expect(answer.detail).toMatch(/3\.0\.2.*3\.0\.1/);
  });

  it('[G4] [P5] refuses an expired message, and an expired manifest, with the difference', async () => {
    const answer = await refusal(issueOf({ expires: '2026-01-02T03:04:00.678Z' }));
    expect(answer).toMatchObject({ rule: 'G4', code: 'EXPIRED', status: 'Rejected' });
    expect(answer.detail).toContain('5.000 s');
    const old = await release({ releaseId: 'old', expires: '2026-01-01T00:00:00.000Z' });
    expect(await refusal(issueOf({ manifest: old }))).toMatchObject({
      rule: 'G4',
      code: 'EXPIRED',
    });
  });

  it('[G5] [P4] refuses the second arrival, an older seq, and an id with other content', async () => {
    const issue = await issueOf({ seq: 5 });
    replay.remember(replayEntry('issue_details', TEST_VIN, issue, encodePayload(issue), 'valid'));
    expect(await refusal(issue)).toMatchObject({
      rule: 'G5',
      code: 'REPLAYED',
      status: 'Rejected',
    });
    expect(await refusal(issueOf({ messageId: 'm2', seq: 4 }))).toMatchObject({ code: 'REPLAYED' });
    expect(await refusal(issueOf({ seq: 6 }))).toMatchObject({ code: 'REPLAYED' });
    expect(await judge(await issueOf({ messageId: 'm2', seq: 6 }))).toMatchObject({
      kind: 'passed',
    });
  });

  it('[G5] is silent about a redelivery of what is answered, even when it has expired since', async () => {
    const issue = await issueOf();
    const entry = replayEntry('issue_details', TEST_VIN, issue, encodePayload(issue), 'valid');
    expect(await judge(issue, { dup: true })).toMatchObject({ kind: 'passed' });
    replay.remember(entry);
    expect(await judge(issue, { dup: true })).toMatchObject({ kind: 'repeated' });
  });

  it('[G5] refuses what the broker had retained', async () => {
    expect(await refusal(issueOf(), { retain: true })).toMatchObject({
      rule: 'G5',
      code: 'RETAINED_ISSUE',
    });
  });

  it('[G5] refuses a signed message that could be replayed to any vehicle or for ever', async () => {
    const bare = Object.fromEntries(
      Object.entries(anIssue({ manifest })).filter(
        ([name]) => name !== 'vin' && name !== 'expires',
      ),
    );
    const signed = sign(bare as IssueDetails, backendKey, typOf('issue_details') as never);
    expect(await refusal(signed)).toMatchObject({
      rule: 'G5',
      code: 'ENVELOPE_INCOMPLETE',
      detail: 'the message lacks vin, expires',
    });
  });

  it('[G5] does not let an unproven sender spend a real sender’s numbers under warn', async () => {
    const forged = anIssue({ manifest, seq: 1_000_000, messageId: 'forged' });
    replay.remember(
      replayEntry('issue_details', TEST_VIN, forged, encodePayload(forged), 'unsigned'),
    );
    expect(await judge(await issueOf(), { policy: 'warn' })).toMatchObject({ kind: 'passed' });
  });

  it('[G6] refuses a release that is unknown, or known with other content', async () => {
    const unknown = await sign(aManifest({ firmware, releaseId: 'nowhere' }), releaseKey);
    expect(await refusal(issueOf({ manifest: unknown }))).toMatchObject({
      rule: 'G6',
      code: 'RELEASE_UNKNOWN',
      status: 'Unavailable',
    });
    const other = await sign(aManifest({ firmware, releaseCounter: 77 }), releaseKey);
    const answer = await refusal(issueOf({ manifest: other }));
    expect(answer).toMatchObject({ rule: 'G6', code: 'RELEASE_MISMATCH', status: 'Rejected' });
    expect(answer.detail).toContain('releaseCounter: 2 there, 77 here');
  });

  it('[G6] re-hashes the image: same length other bytes, one more, one less, gone', async () => {
    const path = catalogue.artifactPath(sha256);
    expect(await judge(await issueOf())).toMatchObject({ kind: 'passed' });
    writeFileSync(path, Buffer.alloc(IMAGE.length, 'f1rmware '));
    expect(await refusal(issueOf())).toMatchObject({
      rule: 'G6',
      code: 'IMAGE_HASH',
      status: 'Rejected',
    });
    writeFileSync(path, IMAGE);
    appendFileSync(path, 'x');
    const longer = await refusal(issueOf());
    expect(longer).toMatchObject({ rule: 'G6', code: 'IMAGE_LENGTH' });
    expect(longer.detail).toMatch(/5[,.]?001/);
    truncateSync(path, IMAGE.length - 1);
    expect(await refusal(issueOf())).toMatchObject({ rule: 'G6', code: 'IMAGE_LENGTH' });
  });

  it('[G6] refuses a manifest whose hash or length is not the image’s', async () => {
    const wrong = async (changes: object, releaseId: string): Promise<string> => {
      const signed = await release({ releaseId, firmware: { ...firmware, ...changes } });
      return (await refusal(issueOf({ manifest: signed }))).code;
    };
    expect(await wrong({ length: IMAGE.length + 1 }, 'longer')).toBe('IMAGE_LENGTH');
    expect(await wrong({ length: IMAGE.length - 1 }, 'shorter')).toBe('IMAGE_LENGTH');
    expect(await wrong({ sha256: 'd'.repeat(64) }, 'other')).toBe('IMAGE_MISSING');
  });

  it('[G7] refuses a vehicle that has said nothing, and an ECU it has not', async () => {
    expect(await refusal(issueOf({ ecuId: 'engine' }))).toMatchObject({
      rule: 'G7',
      code: 'ECU_UNKNOWN',
      status: 'Unavailable',
    });
    ecus = null;
    expect(await refusal(issueOf())).toMatchObject({ rule: 'G7', code: 'VEHICLE_UNKNOWN' });
  });

  it('[G7] refuses incompatible hardware, naming both', async () => {
    ecus = [anEcu({ hardwareId: 'brake-hw-2' })];
    const answer = await refusal(issueOf());
    expect(answer).toMatchObject({ rule: 'G7', code: 'HARDWARE_INCOMPATIBLE', status: 'Rejected' });
    expect(answer.detail).toMatch(/brake-hw-1.*brake-hw-2/);
  });

  it('[G7] wants what the release requires installed at its counter', async () => {
    manifest = await release({
      releaseId: 'needs-gateway',
      requires: [{ hardwareId: 'gateway-hw', minReleaseCounter: 4 }],
    });
    expect(await refusal(issueOf())).toMatchObject({
      rule: 'G7',
      code: 'REQUIREMENT_UNMET',
      status: 'Unavailable',
    });
    const gateway = (releaseCounter: number): InventoryEcu =>
      anEcu({ ecuId: 'gw', hardwareId: 'gateway-hw', banks: [bank({ releaseCounter })] });
    ecus = [anEcu(), gateway(3)];
    expect((await refusal(issueOf())).detail).toMatch(/gateway-hw.*4.*installed: 3/);
    ecus = [anEcu(), gateway(4)];
    expect(await judge(await issueOf())).toMatchObject({ kind: 'passed' });
  });

  it('[G8] refuses a counter below the installed one, and takes the same again', async () => {
    ecus = [anEcu({ banks: [bank({ releaseCounter: 3 })] })];
    const answer = await refusal(issueOf());
    expect(answer).toMatchObject({
      rule: 'G8',
      code: 'COUNTER_BELOW_INSTALLED',
      status: 'Rejected',
    });
    expect(answer.detail).toMatch(/2 is below 3/);
    ecus = [anEcu({ banks: [bank({ releaseCounter: 2 })] })];
    expect(await judge(await issueOf())).toMatchObject({ kind: 'passed' });
  });

  it('names the first rule that fails when several do', async () => {
    ecus = null;
    const stale = await issueOf({ expires: '2026-01-01T00:00:00.000Z' });
    expect(await refusal(stale)).toMatchObject({ rule: 'G4' });
    expect(await refusal({ ...stale, description: 'tampered' })).toMatchObject({ rule: 'G3' });
    expect(await refusal({ ...stale, vin: 'VIN2' })).toMatchObject({ rule: 'G2' });
  });

  it('[S4] under off finds the release of a short message by version and hardware', async () => {
    await release({ releaseId: 'engine', hardwareId: 'engine-hw' });
    const short = text('{"version":"3.0.1","description":"d"}');
    for (const policy of ['off', 'warn'] as const) {
      expect(await judge(short, { policy })).toMatchObject({
        kind: 'passed',
        manifest: { releaseId: 'brake-3.0.1' },
        subject: {
          updateId: 'fresh-id',
          ecuId: 'brake',
          mark: policy === 'off' ? 'unchecked' : 'unsigned',
        },
      });
    }
    const other = text('{"version":"9.9","description":"d"}');
    expect(await refusal(other, { policy: 'off' })).toMatchObject({
      rule: 'G6',
      code: 'RELEASE_UNKNOWN',
    });
    ecus = [anEcu(), anEcu({ ecuId: 'brake-rear' })];
    expect(await refusal(short, { policy: 'off' })).toMatchObject({
      rule: 'G7',
      code: 'ECU_AMBIGUOUS',
    });
  });

  it('gives each judgement without storing anything', async () => {
    const issue = await issueOf();
    expect(await judge(issue)).toEqual(await judge(issue));
  });
});
