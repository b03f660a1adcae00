import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  RELEASE_TYP,
  signObject,
  typOf,
  type Algorithm,
  type KeyUse,
  type SigningKey,
} from '#core/signing';
import {
  aKey,
  aManifest,
  anIssue,
  aSecret,
  forgeIssue,
  TEST_VIN,
  unsecuredIssue,
  verifyIssue,
} from '#core/testing';

const ALL = ['EdDSA', 'ES256', 'HS256', 'hmac'] as const;
const typ = typOf('issue_details');

describe('refusals by code', () => {
  it.each(['none', 'None', 'NONE'])(
    '[S2] ALG_NONE: %s, even where nothing is listed',
    async (alg) => {
      for (const algorithms of [ALL, [alg as Algorithm]]) {
        for (const signature of ['', 'AAAA']) {
          const message = unsecuredIssue(JSON.stringify({ alg, typ }), signature);
          expect(await verifyIssue(message, { algorithms })).toMatchObject({ code: 'ALG_NONE' });
        }
      }
    },
  );

  it('[S2] ALG_UNEXPECTED: a known key with an algorithm not accepted here', async () => {
    const key = await aKey('ES256');
    const message = await signObject(anIssue(), { key, typ });
    const verdict = await verifyIssue(message, {
      algorithms: ['EdDSA'],
      trusted: [[key, 'backend']],
    });
    expect(verdict).toMatchObject({
      code: 'ALG_UNEXPECTED',
      detail: 'signed with "ES256", accepted: EdDSA',
    });
  });

  it('[S2] ALG_UNEXPECTED: "hmac" in a JWS header is no algorithm', async () => {
    const message = unsecuredIssue(JSON.stringify({ alg: 'hmac', typ, kid: 'x' }), 'AAAA');
    expect(await verifyIssue(message, {})).toMatchObject({ code: 'ALG_UNEXPECTED' });
  });

  it('[S2] TYP_MISMATCH: a signature moved to another kind, or without typ', async () => {
    const key = await aKey('EdDSA');
    const moved = await signObject(anIssue(), { key, typ: typOf('status') });
    const bare = await forgeIssue({ alg: 'EdDSA', kid: key.kid }, key.material);
    for (const message of [moved, bare]) {
      expect(await verifyIssue(message, { trusted: [[key, 'backend']] })).toMatchObject({
        code: 'TYP_MISMATCH',
      });
    }
  });

  it('[S2] TYP_MISMATCH: a manifest’s signature is none of a message', async () => {
    const key = await aKey('EdDSA');
    const manifest = await signObject(aManifest(), { key, typ: RELEASE_TYP });
    expect(await verifyIssue(manifest, { trusted: [[key, 'backend']] })).toMatchObject({
      code: 'TYP_MISMATCH',
    });
  });

  it('[S2] KEY_UNKNOWN: a good signature of a stranger, and one that names no key', async () => {
    const [own, stranger] = [await aKey('EdDSA', 'own'), await aKey('EdDSA', 'stranger')];
    const foreign = await signObject(anIssue(), { key: stranger, typ });
    const nameless = await forgeIssue({ alg: 'EdDSA', typ }, own.material);
    for (const message of [foreign, nameless]) {
      expect(await verifyIssue(message, { trusted: [[own, 'backend']] })).toMatchObject({
        code: 'KEY_UNKNOWN',
      });
    }
  });

  it('[S2] KEY_UNKNOWN: a key brought along in the header is not trusted', async () => {
    const stranger = await aKey('EdDSA', 'stranger');
    const jwk = stranger.material.export({ format: 'jwk' });
    const message = await forgeIssue({ alg: 'EdDSA', kid: 'x', typ, jwk }, stranger.material);
    expect(await verifyIssue(message, {})).toMatchObject({ code: 'KEY_UNKNOWN' });
  });

  it('[S2] KEY_TYPE: an HMAC made with the text of a public key', async () => {
    const key = await aKey('ES256');
    const pem = key.publicKey.material.export({ format: 'pem', type: 'spki' });
    const message = await forgeIssue(
      { alg: 'HS256', kid: key.kid, typ },
      createSecretKey(Buffer.from(pem)),
    );
    expect(await verifyIssue(message, { trusted: [[key, 'backend']] })).toMatchObject({
      code: 'KEY_TYPE',
      detail: 'test key is for ES256, not HS256',
    });
  });

  it('[S2] KEY_TYPE: an Ed25519 key named for ES256, a hmac secret named for HS256', async () => {
    const [ed, es] = [await aKey('EdDSA'), await aKey('ES256')];
    const crossed = await forgeIssue({ alg: 'ES256', kid: ed.kid, typ }, es.material);
    expect(await verifyIssue(crossed, { trusted: [[ed, 'backend']] })).toMatchObject({
      code: 'KEY_TYPE',
    });
    const hmac = aSecret('hmac');
    const lifted = await forgeIssue({ alg: 'HS256', kid: hmac.kid, typ }, hmac.material);
    expect(await verifyIssue(lifted, { trusted: [[hmac, 'backend']] })).toMatchObject({
      code: 'KEY_TYPE',
    });
  });

  it.each(ALL)('[S2] KEY_USE: %s of a key trusted for something else', async (alg) => {
    const key = await aKey(alg);
    const message = await signObject(anIssue(), { key, typ });
    const trusted: [SigningKey, ...KeyUse[]][] = [[key, `dcu:${TEST_VIN}`, 'gatekeeper']];
    expect(await verifyIssue(message, { trusted })).toMatchObject({ code: 'KEY_USE' });
    expect(await verifyIssue(message, { trusted, use: 'release' })).toMatchObject({
      code: 'KEY_USE',
    });
    expect(await verifyIssue(message, { trusted, use: 'dcu:OTHER' })).toMatchObject({
      code: 'KEY_USE',
    });
    expect(await verifyIssue(message, { trusted, use: `dcu:${TEST_VIN}` })).toMatchObject({
      kind: 'valid',
    });
  });

  it('[S2] KEY_USE: dcu:* serves every vehicle and nothing else', async () => {
    const key = aSecret('HS256');
    const message = await signObject(anIssue(), { key, typ });
    const trusted: [SigningKey, ...KeyUse[]][] = [[key, 'dcu:*']];
    expect(await verifyIssue(message, { trusted, use: 'dcu:ANY' })).toMatchObject({
      kind: 'valid',
    });
    expect(await verifyIssue(message, { trusted, use: 'release' })).toMatchObject({
      code: 'KEY_USE',
    });
  });

  it.each([{ crit: ['exp'] }, { crit: ['b64'], b64: false }, { b64: false }, { crit: [] }])(
    '[S2] CRIT_UNSUPPORTED: %j',
    async (extension) => {
      const header = JSON.stringify({ alg: 'EdDSA', kid: 'x', typ, ...extension });
      expect(await verifyIssue(unsecuredIssue(header, 'AAAA'), {})).toMatchObject({
        code: 'CRIT_UNSUPPORTED',
      });
    },
  );

  it.each([
    ['a number', 7],
    ['null', null],
    ['an object', {}],
    ['empty', ''],
    ['a word', 'signature'],
    ['attached', 'eyJhbGciOiJFZERTQSJ9.e30.AAAA'],
    ['padded', 'eyJhbGciOiJFZERTQSJ9..AAA='],
    ['with unused bits set', 'eyJhbGciOiJFZERTQSJ9..AB'],
    ['no JSON in the header', 'AAAA..AAAA'],
    ['an array as header', `${Buffer.from('[]').toString('base64url')}..AAAA`],
    [
      'alg given twice',
      `${Buffer.from('{"alg":"none","alg":"EdDSA"}').toString('base64url')}..AAAA`,
    ],
    ['alg missing', `${Buffer.from('{"typ":"x"}').toString('base64url')}..AAAA`],
    ['alg a number', `${Buffer.from('{"alg":1}').toString('base64url')}..AAAA`],
    ['nothing after the dots', `${Buffer.from('{"alg":"EdDSA"}').toString('base64url')}..`],
  ])('[S2] SIGNATURE_MALFORMED: %s', async (_what, signature) => {
    expect(await verifyIssue({ ...anIssue(), signature: signature as string }, {})).toMatchObject({
      code: 'SIGNATURE_MALFORMED',
    });
  });

  it.each(['', 'A'.repeat(64), 'a'.repeat(63), 'g'.repeat(64), 7, null])(
    '[S3] SIGNATURE_MALFORMED: hmac %j',
    async (hmac) => {
      const trusted: [SigningKey, ...KeyUse[]][] = [[aSecret('hmac'), 'backend']];
      expect(await verifyIssue({ ...anIssue(), hmac: hmac as string }, { trusted })).toMatchObject({
        code: 'SIGNATURE_MALFORMED',
      });
    },
  );

  it('[S3] HMAC_UNEXPECTED: the right hmac where it is not accepted', async () => {
    const key = aSecret('hmac');
    const message = await signObject(anIssue(), { key, typ });
    const trusted: [SigningKey, ...KeyUse[]][] = [[key, 'backend']];
    expect(await verifyIssue(message, { algorithms: ['EdDSA', 'HS256'], trusted })).toMatchObject({
      code: 'HMAC_UNEXPECTED',
    });
  });

  it('[S3] SIGNATURE_INVALID and KEY_UNKNOWN: another secret, and none set', async () => {
    const message = await signObject(anIssue(), { key: aSecret('hmac'), typ });
    const other = aSecret('hmac', 'quite another secret');
    expect(await verifyIssue(message, { trusted: [[other, 'backend']] })).toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    expect(await verifyIssue(message, {})).toMatchObject({ code: 'KEY_UNKNOWN' });
  });

  it('[S2] SIGNATURE_AND_HMAC: both, although each would hold', async () => {
    const [key, secret] = [await aKey('EdDSA'), aSecret('hmac')];
    const one = await signObject(anIssue(), { key, typ });
    const two = await signObject(anIssue(), { key: secret, typ });
    const trusted: [SigningKey, ...KeyUse[]][] = [
      [key, 'backend'],
      [secret, 'backend'],
    ];
    expect(await verifyIssue({ ...one, hmac: two.hmac }, { trusted })).toMatchObject({
      code: 'SIGNATURE_AND_HMAC',
    });
  });
});
