import { describe, expect, it } from 'vitest';
import { splitPem } from './identity-files.ts';

const block = (label: string, body: string): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

describe('splitPem', () => {
  it('tells the key from the certificates, whatever stands between', () => {
    const first = block('CERTIFICATE', 'AAAA');
    const issuer = block('CERTIFICATE', 'BBBB');
    const key = block('PRIVATE KEY', 'CCCC');
    expect(splitPem(`subject=x\n${first}${key}note\n${issuer}`)).toEqual({
      certificate: first + issuer,
      key,
    });
  });

  it('knows an encrypted key, and ends each block with a line end', () => {
    const key = block('ENCRYPTED PRIVATE KEY', 'CCCC');
    expect(splitPem(key.trimEnd())).toEqual({ certificate: '', key });
  });
});
