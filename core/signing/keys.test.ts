import { createPublicKey } from 'node:crypto';
import { inspect } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createKeyRing,
  exportPublicJwk,
  generateKey,
  importPublicJwk,
  importSecret,
  type Algorithm,
} from '#core/signing';
import { openDatabase } from '#core/storage';
import { aKey, aSecret, seededRandom, tempDir } from '#core/testing';

const refusing = (code: string): unknown => expect.objectContaining({ code });
const text = (secret: string): Uint8Array => new Uint8Array(Buffer.from(secret));

describe('keys', () => {
  it.each(['EdDSA', 'ES256'] as const)('[S1] %s keys are named by RFC 7638', async (alg) => {
    const key = await aKey(alg);
    expect(key.kid).toBe(await calculateJwkThumbprint(exportPublicJwk(key), 'sha256'));
  });

  it('[S1] agrees with the worked example of RFC 8037, appendix A', async () => {
    const seed = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url');
    const random = { ...seededRandom(), bytes: () => new Uint8Array(seed) };
    const key = await generateKey('EdDSA', 'example', random);
    expect(key.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(exportPublicJwk(key)).toMatchObject({
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    });
  });

  it('an ES256 public key is the one of its private key', async () => {
    const key = await aKey('ES256');
    const { x, y } = createPublicKey(key.material).export({ format: 'jwk' });
    expect(exportPublicJwk(key)).toMatchObject({ x, y });
  });

  it('a random source that never gives a P-256 key ends in a refusal, not in a loop', async () => {
    const stuck = { ...seededRandom(), bytes: (n: number) => new Uint8Array(n).fill(0xff) };
    await expect(generateKey('ES256', 'stuck', stuck)).rejects.toMatchObject({
      code: 'KEY_MALFORMED',
    });
  });

  it.each(['EdDSA', 'ES256', 'HS256', 'hmac'] as const)(
    '%s keys print and serialise without their private part',
    async (alg) => {
      const key = await aKey(alg);
      const jwk = key.material.export({ format: 'jwk' }) as { d?: string; k?: string };
      const secret = jwk.d ?? jwk.k ?? 'missing';
      expect(JSON.stringify(key) + inspect(key, { depth: 9 })).not.toContain(secret);
    },
  );

  it('a public JWK comes back as the same key, whatever id it claims', async () => {
    const key = await aKey('ES256', 'one');
    const back = importPublicJwk({ ...exportPublicJwk(key), kid: 'liar' }, 'two');
    expect(back).toMatchObject({ kid: key.kid, alg: 'ES256', name: 'two' });
  });

  it('[S2] KEY_PRIVATE, KEY_TYPE, KEY_MALFORMED: what is no public key', async () => {
    const key = await aKey('ES256');
    const jwk = exportPublicJwk(key);
    const y = Buffer.alloc(32, 1).toString('base64url');
    expect(() => importPublicJwk(key.material.export({ format: 'jwk' }), 'x')).toThrow(
      refusing('KEY_PRIVATE'),
    );
    expect(() => importPublicJwk({ kty: 'oct', k: 'AAAA' }, 'x')).toThrow(refusing('KEY_TYPE'));
    for (const bad of [null, 7, {}, { ...jwk, crv: 'P-384' }, { ...jwk, x: 'A' }, { ...jwk, y }]) {
      expect(() => importPublicJwk(bad, 'x')).toThrow(refusing('KEY_MALFORMED'));
    }
  });

  it('[S2] KEY_TYPE: a secret has no public half, a key file is no secret', async () => {
    expect(() => exportPublicJwk(aSecret())).toThrow(refusing('KEY_TYPE'));
    const key = await aKey('ES256');
    const pem = String(key.publicKey.material.export({ format: 'pem', type: 'spki' }));
    expect(() => importSecret('hmac', 'x', text(pem))).toThrow(refusing('KEY_TYPE'));
    expect(() => importSecret('HS256', 'x', text(JSON.stringify(exportPublicJwk(key))))).toThrow(
      refusing('KEY_TYPE'),
    );
  });

  it.each<[Algorithm & ('HS256' | 'hmac'), number]>([
    ['HS256', 32],
    ['hmac', 16],
  ])('SECRET_TOO_SHORT: %s takes %i bytes and no fewer', (alg, least) => {
    expect(importSecret(alg, 'x', new Uint8Array(least)).alg).toBe(alg);
    expect(() => importSecret(alg, 'x', new Uint8Array(least - 1))).toThrow(
      refusing('SECRET_TOO_SHORT'),
    );
  });

  it('one secret has another id for each algorithm', () => {
    expect(aSecret('HS256').kid).not.toBe(aSecret('hmac').kid);
  });
});

describe('key ring', () => {
  it('keeps public keys over a restart and never writes a secret', async () => {
    const dir = await tempDir();
    onTestFinished(dir.remove);
    const [key, secret] = [await aKey('EdDSA'), aSecret('HS256')];
    const first = openDatabase(dir.join('bench.db'));
    const before = createKeyRing(first);
    before.add(key.publicKey, ['backend']);
    before.add(secret.publicKey, ['backend', 'dcu:*']);
    expect(before.list()).toHaveLength(2);
    expect(before.secrets('HS256')).toHaveLength(1);
    first.close();

    const second = openDatabase(dir.join('bench.db'));
    onTestFinished(() => {
      second.close();
    });
    const after = createKeyRing(second);
    expect(after.find(key.kid)).toMatchObject({
      key: { kid: key.kid, alg: 'EdDSA', name: key.name },
      uses: ['backend'],
    });
    expect(after.find(secret.kid)).toBeNull();
    expect(after.list()).toHaveLength(1);
  });

  it.each(['memory', 'database'])(
    'adds uses to a key it has, and forgets it when told (%s)',
    async (kind) => {
      const key = await aKey('EdDSA');
      const ring = createKeyRing(kind === 'memory' ? undefined : openDatabase(':memory:'));
      ring.add(key.publicKey, ['backend']);
      ring.add(key.publicKey, ['release', 'backend']);
      expect(ring.find(key.kid)?.uses).toEqual(['backend', 'release']);
      ring.remove(key.kid);
      expect(ring.find(key.kid)).toBeNull();
      expect(ring.list()).toEqual([]);
    },
  );

  it('keeps the keys of the latest 32 processes under one name', async () => {
    const ring = createKeyRing(openDatabase(':memory:'));
    const random = seededRandom('many');
    const kids: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      const key = await generateKey('EdDSA', 'backend message key', random);
      kids.push(key.kid);
      ring.add(key.publicKey, ['backend']);
    }
    const other = await aKey('EdDSA', 'other name');
    ring.add(other.publicKey, ['release']);
    expect(ring.list().map(({ key }) => key.kid)).toEqual([...kids.slice(8), other.kid]);
  });

  it('a key trusted anew counts as new: it is not the next to be forgotten', async () => {
    const ring = createKeyRing(openDatabase(':memory:'));
    const random = seededRandom('again');
    const old = await generateKey('EdDSA', 'backend message key', random);
    ring.add(old.publicKey, ['backend']);
    for (let i = 0; i < 31; i += 1) {
      ring.add((await generateKey('EdDSA', old.name, random)).publicKey, ['backend']);
    }
    ring.add(old.publicKey, ['backend']);
    ring.add((await generateKey('EdDSA', old.name, random)).publicKey, ['backend']);
    expect(ring.find(old.kid)).not.toBeNull();
    expect(ring.list()).toHaveLength(32);
  });

  it('KEY_STORE_DAMAGED: a stored key that was exchanged is not used', async () => {
    const db = openDatabase(':memory:');
    const [key, other] = [await aKey('EdDSA', 'one'), await aKey('EdDSA', 'two')];
    const ring = createKeyRing(db);
    ring.add(key.publicKey, ['release']);
    db.prepare('UPDATE signing_key SET jwk = ?').run(JSON.stringify(exportPublicJwk(other)));
    expect(() => ring.find(key.kid)).toThrow(refusing('KEY_STORE_DAMAGED'));
    db.prepare('UPDATE signing_key SET jwk = ?').run('{');
    expect(() => ring.find(key.kid)).toThrow(refusing('KEY_STORE_DAMAGED'));
  });
});
