import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, RELEASE_TYP, signObject, typOf, verifyObject } from '#core/signing';
import {
  aKey,
  aKeyRing,
  aManifest,
  anIssue,
  aProgress,
  aSecret,
  forgeIssue,
  TEST_VIN,
  verifyIssue,
} from '#core/testing';

const ALL = ['EdDSA', 'ES256', 'HS256', 'hmac'] as const;
const typ = typOf('issue_details');

describe('what verifies', () => {
  it.each(ALL)('[S1] accepts what %s signed', async (alg) => {
    const key = await aKey(alg);
    const signed = await signObject(anIssue(), { key, typ });
    expect(await verifyIssue(signed, { trusted: [[key, 'backend']] })).toEqual({
      kind: 'valid',
      kid: key.kid,
      alg,
      name: key.name,
    });
  });

  it('[S1] signs detached: header with alg, kid and typ, no payload, the message unchanged', async () => {
    const key = await aKey('EdDSA');
    const signed = await signObject(anIssue(), { key, typ });
    const { signature, ...content } = signed;
    expect(content).toEqual(anIssue());
    expect(Object.keys(signed).at(-1)).toBe('signature');
    const [header, payload] = String(signature).split('.');
    expect(payload).toBe('');
    expect(JSON.parse(Buffer.from(String(header), 'base64url').toString())).toEqual({
      alg: 'EdDSA',
      kid: key.kid,
      typ: 'ota-issue+jws',
    });
  });

  it('[S1] replaces an earlier signature of either kind', async () => {
    const key = await aKey('EdDSA');
    const before = await signObject(anIssue({ version: '1' }), { key: aSecret('hmac'), typ });
    const signed = await signObject({ ...before, version: '2' }, { key, typ });
    expect(signed).not.toHaveProperty('hmac');
    expect(await verifyIssue(signed, { trusted: [[key, 'backend']] })).toMatchObject({
      kind: 'valid',
    });
  });

  it('[S1] holds however the members are ordered, spaced and escaped', async () => {
    const key = await aKey('EdDSA');
    const signed = await signObject(anIssue({ description: 'Bremse 🚗' }), { key, typ });
    const reversed = Object.fromEntries(Object.entries(signed).reverse());
    expect(await verifyIssue(reversed, { trusted: [[key, 'backend']] })).toMatchObject({
      kind: 'valid',
    });
  });

  it('says unsigned of a message with neither signature nor hmac, whatever numbers it has', async () => {
    expect(await verifyIssue({ version: '1', description: 'd', x: 1.5 }, {})).toEqual({
      kind: 'unsigned',
    });
  });
});

describe('tampering', () => {
  it.each(ALL)('[S2] refuses %s content with any one byte changed', async (alg) => {
    const key = await aKey(alg);
    const signed = await signObject(anIssue(), { key, typ });
    const { signature, hmac, ...content } = signed;
    const text = canonicalText(content);
    const changed = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }));
    await fc.assert(
      fc.asyncProperty(changed, async ([at, byte]) => {
        const altered = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
        let object: Record<string, unknown>;
        try {
          object = JSON.parse(altered) as Record<string, unknown>;
        } catch {
          return;
        }
        // Names that swap places are the same object; `signature` again would be another test.
        fc.pre(JSON.stringify(object) !== JSON.stringify(JSON.parse(text)));
        const verdict = await verifyIssue(
          { ...object, ...(signature === undefined ? { hmac } : { signature }) },
          { trusted: [[key, 'backend']] },
        );
        expect(verdict.kind).toBe('invalid');
      }),
      { numRuns: 300 },
    );
  });

  it.each(ALL)('[S2] refuses %s with any one character of the signature changed', async (alg) => {
    const key = await aKey(alg);
    const signed = await signObject(anIssue(), { key, typ });
    const name = alg === 'hmac' ? 'hmac' : 'signature';
    const value = String(signed[name]);
    const alphabet = (alg === 'hmac' ? '0 1 a f' : 'A Q g w 0 - _ .').split(' ');
    for (let at = 0; at < value.length; at += 1) {
      const replacement = alphabet.find((c) => c !== value[at]) ?? '';
      const altered = value.slice(0, at) + replacement + value.slice(at + 1);
      const verdict = await verifyIssue(
        { ...signed, [name]: altered },
        { trusted: [[key, 'backend']] },
      );
      expect(verdict.kind, `character ${String(at)}`).toBe('invalid');
    }
  });

  it('[S2] names a changed, an added and a removed member SIGNATURE_INVALID', async () => {
    const key = await aKey('EdDSA');
    const signed = await signObject(anIssue(), { key, typ });
    const less = { ...signed };
    delete less.updateId;
    for (const altered of [{ ...signed, version: '3.0.2' }, { ...signed, extra: null }, less]) {
      expect(await verifyIssue(altered, { trusted: [[key, 'backend']] })).toMatchObject({
        kind: 'invalid',
        code: 'SIGNATURE_INVALID',
      });
    }
  });

  it('[S2] refuses an ES256 signature under another ES256 key’s id', async () => {
    const [own, other] = [await aKey('ES256', 'own'), await aKey('ES256', 'other')];
    const message = await forgeIssue({ alg: 'ES256', kid: own.kid, typ }, other.material);
    expect(await verifyIssue(message, { trusted: [[own, 'backend']] })).toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  it('[P1] refuses a signed message whose content has no one canonical form', async () => {
    const key = await aKey('EdDSA');
    const signed = await signObject(anIssue(), { key, typ });
    expect(await verifyIssue({ ...signed, x: 1.5 }, { trusted: [[key, 'backend']] })).toMatchObject(
      {
        kind: 'invalid',
        code: 'NON_INTEGER',
      },
    );
    expect(await verifyIssue({ ...signed, ü: 1 }, { trusted: [[key, 'backend']] })).toMatchObject({
      code: 'NON_ASCII_NAME',
    });
    await expect(signObject({ x: 0.1 }, { key, typ })).rejects.toMatchObject({
      code: 'NON_INTEGER',
    });
  });
});

describe('release manifests', () => {
  it('[S5] carry their own signature inside a message, and the message covers it', async () => {
    const [release, backend] = [await aKey('EdDSA', 'release'), await aKey('EdDSA', 'backend')];
    const manifest = await signObject(aManifest(), { key: release, typ: RELEASE_TYP });
    const message = await signObject(anIssue({ manifest }), { key: backend, typ });
    const keys = aKeyRing([release, 'release'], [backend, 'backend']);
    const inside = message.manifest as typeof manifest;
    expect(
      await verifyObject(inside, { typ: RELEASE_TYP, algorithms: ['EdDSA'], keys, use: 'release' }),
    ).toMatchObject({ kind: 'valid', name: 'release' });
    const stripped = { ...message, manifest: aManifest() };
    expect(
      await verifyObject(stripped, { typ, algorithms: ['EdDSA'], keys, use: 'backend' }),
    ).toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('[S5] are refused from a DCU’s key', async () => {
    const key = await aKey('EdDSA', 'dcu');
    const manifest = await signObject(aManifest(), { key, typ: RELEASE_TYP });
    const keys = aKeyRing([key, `dcu:${TEST_VIN}`]);
    expect(
      await verifyObject(manifest, { typ: RELEASE_TYP, algorithms: ALL, keys, use: 'release' }),
    ).toMatchObject({ code: 'KEY_USE' });
  });

  it('[S2] every kind of message has a typ of its own', async () => {
    const key = await aKey('EdDSA');
    const progress = await signObject(aProgress(), { key, typ: typOf('progress') });
    const keys = aKeyRing([key, 'backend']);
    for (const kind of ['status', 'acknowledgment', 'command', 'inventory', 'presence'] as const) {
      const options = { typ: typOf(kind), algorithms: ALL, keys, use: 'backend' } as const;
      expect(await verifyObject(progress, options)).toMatchObject({ code: 'TYP_MISMATCH' });
    }
  });
});
