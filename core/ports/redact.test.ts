import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError, type Log, redact, redactText, redactingLog } from './index.ts';

const SECRET = 'correct-horse-battery';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const BODY = PEM.split('\n')[1]!;
const JWK = pair.privateKey.export({ format: 'jwk' });

/** All that a host could print of it. */
function printed(message: string, detail?: Readonly<Record<string, unknown>>): string {
  const lines: string[] = [];
  const log: Log = (level, text, rest) => {
    lines.push(level, text, inspect(rest, { depth: 20 }), JSON.stringify(rest));
  };
  redactingLog(log)('warn', message, detail);
  return lines.join('\n');
}

class Refused extends CodedError<'NO'> {
  readonly password = SECRET;
}

describe('a redacting log', () => {
  it.each<[string, string, Record<string, unknown> | undefined]>([
    ['a password', 'x', { password: SECRET }],
    ['a passphrase three levels down', 'x', { a: { b: [{ passphrase: SECRET }] } }],
    [
      'a name in any case',
      'x',
      { userPassword: SECRET, CLIENT_SECRET: SECRET, accessToken: SECRET },
    ],
    ['a secret that is no text', 'x', { secret: { value: SECRET }, token: [SECRET] }],
    [
      'bytes',
      'x',
      { whatever: Buffer.from(SECRET), more: new TextEncoder().encode(SECRET).buffer },
    ],
    ['a cookie and a header', 'x', { headers: { cookie: `a=${SECRET}`, Authorization: SECRET } }],
    ['a header in text', `sent Authorization: Bearer ${SECRET}`, undefined],
    [
      'a link',
      `open http://127.0.0.1:1/#token=${SECRET} now`,
      { url: `wss://h/?token=${SECRET}&a=1` },
    ],
    ['an address with a password', `lost mqtts://ann:${SECRET}@host:8883/`, undefined],
    ['JSON text', `got {"user":"ann","password": "${SECRET}"}`, undefined],
    ['an error', 'x', { error: new Error(`mqtt://ann:${SECRET}@h refused`) }],
    [
      'its cause',
      'x',
      { error: new Error('a', { cause: new Error('b', { cause: { password: SECRET } }) }) },
    ],
    ['an error’s own member', 'x', { error: new Refused('NO', 'no', { next: 'go' }) }],
    ['a map and a set', 'x', { m: new Map([['password', SECRET]]), s: new Set([{ pin: SECRET }]) }],
  ])('hides %s', (_, message, detail) => {
    const text = printed(message, detail);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toString('hex').slice(0, 16));
    expect(text).toMatch(/redacted|bytes/);
  });

  it.each<[string, string, Record<string, unknown> | undefined]>([
    ['in a message', `cannot read ${PEM}`, undefined],
    ['in a member of any name', 'x', { whatever: PEM }],
    ['with its line ends spelt out', JSON.stringify({ file: PEM }), undefined],
    ['cut short', PEM.slice(0, 120), undefined],
    ['in the stack of an error', 'x', { error: new Error(PEM) }],
    ['encrypted', PEM.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'), undefined],
  ])('hides a private key %s', (_, message, detail) => {
    expect(printed(message, detail)).not.toContain(BODY.slice(0, 40));
  });

  it('hides what is private in a JWK, and shows what is public', () => {
    const oct = { kty: 'oct', k: SECRET };
    const text = printed(JSON.stringify(JWK), { jwk: JWK, keys: [oct], json: JSON.stringify(oct) });
    expect(text).not.toContain(JWK.d);
    expect(text).not.toContain(SECRET);
    expect(text).toContain(JWK.x);
  });

  it('leaves alone what is no secret', () => {
    const detail = {
      code: 'CERT_EXPIRED',
      d: 1,
      k: 'key of a row',
      at: new Date(0),
      passed: true,
      hasPassword: false,
      url: 'mqtts://127.0.0.1:8883',
      keyId: 'abc',
      list: [1, 2n, null, undefined],
    };
    expect(redact(detail)).toEqual({
      ...detail,
      at: '1970-01-01T00:00:00.000Z',
      list: [1, '2', null, undefined],
    });
    expect(() => JSON.stringify(redact(detail))).not.toThrow();
    expect(redactText('passphrase needed; basic authentication')).toBe(
      'passphrase needed; basic authentication',
    );
    const error = redact({ error: new Refused('NO', 'a reason', { next: 'go' }) });
    expect(error).toMatchObject({ error: { code: 'NO', message: 'a reason', next: 'go' } });
  });

  it('changes nothing of what it is given, and passes on no detail where there is none', () => {
    const detail = { password: SECRET, inner: { passphrase: SECRET } };
    printed('x', detail);
    expect(detail).toEqual({ password: SECRET, inner: { passphrase: SECRET } });
    redactingLog((...given) => expect(given).toEqual(['info', 'x']))('info', 'x');
  });

  it('survives loops, getters that throw, and great depth', () => {
    const loop: Record<string, unknown> = { name: 'a' };
    loop['self'] = loop;
    Object.defineProperty(loop, 'broken', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    let deep: unknown = SECRET;
    for (let i = 0; i < 10_000; i += 1) deep = [deep];
    expect(redact({ loop, deep })).toMatchObject({
      loop: { self: '[again]', broken: '[unreadable]' },
    });
    expect(JSON.stringify(redact({ deep }))).not.toContain(SECRET);
  });

  it('never throws, and never lets a password through, whatever it is given', () => {
    const hidden = fc.string({ minLength: 12, maxLength: 20 }).map((text) => `§${text}§`);
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 3 }),
        hidden,
        fc.array(fc.string()),
        (any, secret, path) => {
          let value: unknown = { password: secret, any };
          for (const name of path.slice(0, 4)) value = { [name]: value };
          expect(inspect(redact(value), { depth: 20 })).not.toContain(secret);
        },
      ),
    );
  });

  // A pattern that looks back for each place would be at it for hours.
  it('comes to an end with a megabyte of anything', () => {
    for (const piece of ['-----BEGIN PRIVATE KEY-----', '"a":"', 'mqtt://', '?token=', 'Bearer ']) {
      const text = piece.repeat(Math.floor(1_048_576 / piece.length));
      expect(redactText(text).length).toBeGreaterThan(0);
    }
  });
});
