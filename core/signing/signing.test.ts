import { describe, expect, it } from 'vitest';
import { aKey, aKeyRing, aSecret, anIssue } from '#core/testing';
import { signObject, typOf, verifyObject } from '#core/signing';

const ALL = ['EdDSA', 'ES256', 'HS256', 'hmac'] as const;
const typ = typOf('issue_details');

describe('signing and verifying', () => {
  it.each(ALL)('[S1] accepts what %s signed', async (alg) => {
    const key = alg === 'EdDSA' || alg === 'ES256' ? await aKey(alg) : aSecret(alg);
    const signed = await signObject(anIssue(), { key, typ });
    const keys = aKeyRing([key, 'backend']);
    expect(await verifyObject(signed, { typ, algorithms: ALL, keys, use: 'backend' })).toEqual({
      kind: 'valid',
      kid: key.kid,
      alg,
      name: key.name,
    });
  });
});
