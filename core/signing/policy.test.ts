import { describe, expect, it } from 'vitest';
import { applyPolicy, type Verdict } from '#core/signing';

const valid: Verdict = { kind: 'valid', kid: 'k', alg: 'EdDSA', name: 'n' };
const unsigned: Verdict = { kind: 'unsigned' };
const invalid: Verdict = { kind: 'invalid', code: 'KEY_UNKNOWN', detail: 'no key "x"' };

describe('applyPolicy', () => {
  it('[S4] require accepts a valid signature only', () => {
    expect(applyPolicy(valid, 'require')).toEqual({ accepted: true, mark: 'valid' });
    expect(applyPolicy(unsigned, 'require')).toMatchObject({
      accepted: false,
      mark: 'unsigned',
      code: 'UNSIGNED',
    });
    expect(applyPolicy(invalid, 'require')).toMatchObject({
      accepted: false,
      mark: 'invalid',
      code: 'KEY_UNKNOWN',
      detail: 'no key "x"',
      next: expect.stringMatching(/\w/) as string,
    });
  });

  it('[S4] warn accepts everything and marks it for what it is', () => {
    expect(applyPolicy(valid, 'warn')).toEqual({ accepted: true, mark: 'valid' });
    expect(applyPolicy(unsigned, 'warn')).toMatchObject({ accepted: true, mark: 'unsigned' });
    expect(applyPolicy(invalid, 'warn')).toMatchObject({
      accepted: true,
      mark: 'invalid',
      code: 'KEY_UNKNOWN',
    });
  });

  it('[S4] off accepts everything and claims nothing about it', () => {
    for (const verdict of [valid, unsigned, invalid]) {
      expect(applyPolicy(verdict, 'off')).toEqual({ accepted: true, mark: 'unchecked' });
    }
  });
});
