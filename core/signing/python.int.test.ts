import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePayload } from '#core/protocol';
import {
  BUNDLE_TYP,
  canonicalText,
  exportPublicJwk,
  manifestDigest,
  RELEASE_TYP,
  signObject,
  typOf,
  type SigningKey,
} from '#core/signing';
import { aKey, aManifest, anIssue, aSecret, tempDir, type TempDir } from '#core/testing';

/** The system's own Python, which has the `cryptography` package. */
const PYTHON = '/usr/bin/python3';
const VERIFIER = fileURLToPath(
  new URL('../../resources/verifier/verify_message.py', import.meta.url),
);
const typ = typOf('issue_details');
const SECRET_TEXT = 'a secret of 32 bytes, for a test';

function python(args: string[], input: string | Uint8Array = '', env = {}): string {
  const run = spawnSync(PYTHON, args, { input, env: { ...process.env, ...env } });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout.toString();
}

describe('a short Python script', () => {
  // The characters on which two JSON writers might differ in escaping or order.
  const AWKWARD = '"\\/\b\f\n\r\t\u0000\u001f\u007f\u0080\u2028\u2029\uffff\ufeffé€🚗𝄞<>&\'';
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from(AWKWARD), 'a', ' ') }),
    fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed()),
  );
  const name = fc.string({ unit: 'grapheme-ascii' }).filter((n) => n !== '__proto__');
  const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.maxSafeInteger(),
      text,
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  }));

  it('[P1] writes the same canonical bytes with json.dumps', () => {
    const script = [
      'import json, sys',
      'for line in sys.stdin.buffer.read().decode("utf-8").split("\\n"):',
      '    text = json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"), ensure_ascii=False)',
      '    print(text.encode("utf-8").hex())',
    ].join('\n');
    const objects = fc.sample(object, { numRuns: 2_000, seed: 2 });
    objects.push({ all: AWKWARD, [AWKWARD.slice(0, 3)]: Number.MAX_SAFE_INTEGER, zero: -0 });
    const found = python(['-c', script], objects.map((o) => JSON.stringify(o)).join('\n'))
      .trimEnd()
      .split('\n');
    expect(found).toEqual(objects.map((o) => Buffer.from(canonicalText(o)).toString('hex')));
  });

  it('[S3] computes the hmac of the compatibility mode', async () => {
    const key = aSecret('hmac', SECRET_TEXT);
    const signed = await signObject(anIssue({ description: 'Brémse 🚗' }), { key, typ });
    const script = [
      'import hashlib, hmac, json, sys',
      'message = json.loads(sys.stdin.buffer.read().decode("utf-8"))',
      'found = message.pop("hmac")',
      'text = json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False)',
      'assert found == hmac.new(sys.argv[1].encode(), text.encode(), hashlib.sha256).hexdigest()',
      'print("agreed")',
    ].join('\n');
    expect(python(['-c', script, SECRET_TEXT], encodePayload(signed))).toBe('agreed\n');
  });
});

describe('resources/verifier/verify_message.py', () => {
  let dir: TempDir;
  beforeAll(async () => {
    dir = await tempDir();
  });
  afterAll(() => dir.remove());

  const run = (payload: Uint8Array, ...args: string[]): { status: number | null; says: string } => {
    const result = spawnSync(PYTHON, [VERIFIER, '-', ...args], {
      input: payload,
      env: { ...process.env, OTA_SECRET: SECRET_TEXT },
    });
    return { status: result.status, says: `${String(result.stdout)}${String(result.stderr)}` };
  };
  const keyArgs = (key: SigningKey): string[] => {
    if (!('jwk' in key.publicKey)) return ['--secret-env', 'OTA_SECRET'];
    const file = dir.join(`${key.kid}.json`);
    writeFileSync(file, JSON.stringify(exportPublicJwk(key)));
    return ['--jwk', file];
  };
  const keyFor = async (alg: SigningKey['alg']): Promise<SigningKey> =>
    alg === 'HS256' || alg === 'hmac' ? aSecret(alg, SECRET_TEXT) : aKey(alg);

  it.each(['EdDSA', 'ES256', 'HS256', 'hmac'] as const)(
    '[S1] verifies %s from bytes and key alone, and refuses one byte changed anywhere',
    async (alg) => {
      const key = await keyFor(alg);
      const issue = anIssue({ description: 'Brémse 🚗' });
      const payload = encodePayload(await signObject(issue, { key, typ }));
      const args = [...keyArgs(key), '--typ', typ];
      expect(run(payload, ...args)).toMatchObject({
        status: 0,
        says: expect.stringContaining(`VALID: ${alg}`) as string,
      });
      // Each run starts an interpreter, so a spread of positions stands for all of them.
      for (let at = 3; at < payload.length; at += Math.ceil(payload.length / 12)) {
        const altered = Uint8Array.from(payload);
        // 0x01 turns every printable byte into another printable one or breaks the JSON.
        altered[at] = (altered[at] ?? 0) ^ 0x01;
        expect(run(altered, ...args), `byte ${String(at)}`).toMatchObject({ status: 1 });
      }
    },
  );

  it('[D8] verifies a bundle with its manifests, and finds what was left out or exchanged', async () => {
    const release = await aKey('EdDSA', 'release');
    const sign = (releaseId: string) =>
      signObject(aManifest({ releaseId }), { key: release, typ: RELEASE_TYP });
    const manifests = [await sign('one'), await sign('two')];
    const content = {
      bundleId: 'b',
      releases: manifests.map((each) => ({
        ...{ releaseId: each.releaseId, hardwareId: each.hardwareId },
        sha256: manifestDigest(each),
      })),
      ...{ createdAt: '2026-01-02T03:00:00.000Z', expires: '2027-01-02T03:00:00.000Z' },
    };
    const bundle = await signObject(content, { key: release, typ: BUNDLE_TYP });
    const check = (message: object): ReturnType<typeof run> =>
      run(encodePayload({ ...message }), ...keyArgs(release), '--bundle');
    expect(check({ bundle, manifests })).toMatchObject({
      status: 0,
      says: expect.stringContaining('2 manifests') as string,
    });
    const [one, two] = manifests;
    for (const [message, why] of [
      [{ bundle, manifests: [one] }, 'missing'],
      [{ bundle, manifests: [one, await sign('three')] }, 'none of the bundle'],
      [{ bundle, manifests: [one, one] }, 'twice'],
      [{ bundle, manifests: [one, { ...two, version: '9' }] }, 'not what this key signed'],
      [{ bundle: { ...bundle, bundleId: 'c' }, manifests }, 'not what this key signed'],
      [{ bundle: { ...bundle, signature: one!.signature }, manifests }, 'signed as'],
    ] as const) {
      expect(check(message)).toMatchObject({
        status: 1,
        says: expect.stringContaining(why) as string,
      });
    }
  });

  it('[S5] verifies the manifest inside a message', async () => {
    const release = await aKey('EdDSA', 'release');
    const backend = await aKey('ES256', 'backend');
    const manifest = await signObject(aManifest(), { key: release, typ: RELEASE_TYP });
    const message = await signObject(anIssue({ manifest }), { key: backend, typ });
    const payload = encodePayload(message);
    const inside = ['--member', 'manifest', '--typ', RELEASE_TYP];
    expect(run(payload, ...keyArgs(release), ...inside)).toMatchObject({ status: 0 });
    expect(run(payload, ...keyArgs(backend))).toMatchObject({ status: 0 });
    expect(run(payload, ...keyArgs(backend), ...inside)).toMatchObject({ status: 1 });
  });

  it.each<[string, string[], string]>([
    ['another kind', ['--typ', 'ota-status+jws'], 'expected ota-status+jws'],
    ['a missing member', ['--member', 'manifests'], 'no object'],
  ])('[S2] refuses %s', async (_what, extra, says) => {
    const key = await aKey('EdDSA');
    const payload = encodePayload(await signObject(anIssue(), { key, typ }));
    expect(run(payload, ...keyArgs(key), ...extra)).toMatchObject({
      status: 1,
      says: expect.stringContaining(says) as string,
    });
  });

  it('[S2] refuses an unsigned message, another key, and a key of another kind', async () => {
    const [key, other, es] = [await aKey(), await aKey('EdDSA', 'other'), await aKey('ES256')];
    const payload = encodePayload(await signObject(anIssue(), { key, typ }));
    expect(run(encodePayload(anIssue()), ...keyArgs(key))).toMatchObject({
      status: 1,
      says: expect.stringContaining('no signature') as string,
    });
    for (const wrong of [other, es, aSecret('HS256', SECRET_TEXT)]) {
      expect(run(payload, ...keyArgs(wrong))).toMatchObject({ status: 1 });
    }
  });

  it.each([
    ['a member twice', '{"a":1,"a":1,"hmac":"x"}', 'twice'],
    ['a fraction', '{"a":1.5,"hmac":"x"}', 'not an integer'],
    ['an integer beyond 2^53-1', '{"a":9007199254740992,"hmac":"x"}', 'beyond'],
    ['a name beyond ASCII', '{"ü":1,"hmac":"x"}', 'not ASCII'],
    ['no object', '[]', 'not a JSON object'],
    ['no JSON', '{', 'not JSON'],
    ['half a surrogate pair', '{"a":"\\ud800","hmac":"x"}', 'surrogate'],
    ['both kinds', '{"signature":"x","hmac":"x"}', 'both'],
  ])('[P2] refuses %s', (_what, payload, says) => {
    expect(run(Buffer.from(payload), '--secret-env', 'OTA_SECRET')).toMatchObject({
      status: 1,
      says: expect.stringContaining(says) as string,
    });
  });

  it('ends with 2 for a key it cannot use', async () => {
    const key = await aKey('EdDSA');
    const payload = encodePayload(await signObject(anIssue(), { key, typ }));
    const secret = dir.join('private.json');
    writeFileSync(secret, JSON.stringify(key.material.export({ format: 'jwk' })));
    for (const args of [
      ['--jwk', secret],
      ['--jwk', dir.join('missing.json')],
      ['--secret-hex', 'xyz'],
      ['--secret-hex', '00'],
      ['--secret-env', 'OTA_NOT_SET'],
      [],
    ]) {
      expect(run(payload, ...args)).toMatchObject({ status: 2 });
    }
  });
});
