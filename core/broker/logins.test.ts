import { describe, expect, it } from 'vitest';
import { fixedClock } from '#core/testing';
import { createLoginFailures } from './failures.ts';
import { createLogins } from './logins.ts';
import { createTurns } from './turns.ts';
import { addressKey } from './visitor.ts';

const LIMITS = { failuresPerUser: 3, failuresPerAddress: 5, lockoutMs: 60_000 };
const PASSWORD = Buffer.from('right');

function setUp() {
  const clock = fixedClock();
  let asked = 0;
  const verify = (_: string, password: Uint8Array | string): Promise<boolean> => {
    asked += 1;
    return Promise.resolve(Buffer.from(password).equals(PASSWORD));
  };
  const logins = createLogins({ verify }, LIMITS, clock);
  const attempt = async (address: string, user: string, password = 'wrong') =>
    (await logins.try(address, user, Buffer.from(password)))?.code ?? 'in';
  return { clock, attempt, asked: () => asked };
}

describe('wrong passwords', () => {
  it('shut that user out from that address for a while, even with the right one', async () => {
    const { clock, attempt } = setUp();
    expect(await attempt('10.0.0.1', 'ann')).toBe('BAD_LOGIN');
    expect(await attempt('10.0.0.1', 'ann')).toBe('BAD_LOGIN');
    expect(await attempt('10.0.0.1', 'ann')).toBe('TOO_MANY_LOGINS');
    expect(await attempt('10.0.0.1', 'ann', 'right')).toBe('TOO_MANY_LOGINS');
    expect(await attempt('10.0.0.2', 'ann', 'right')).toBe('in');
    clock.advance(60_000);
    expect(await attempt('10.0.0.1', 'ann', 'right')).toBe('in');
  });

  it('for many users shut the address out, but not who has logged in from there', async () => {
    const { attempt } = setUp();
    expect(await attempt('::1', 'bob', 'right')).toBe('in');
    for (const user of ['a', 'b', 'c', 'd', 'e']) await attempt('::1', user);
    expect(await attempt('::1', 'new', 'right')).toBe('TOO_MANY_LOGINS');
    expect(await attempt('::1', 'bob', 'right')).toBe('in');
    for (let i = 0; i < 3; i += 1) await attempt('::1', 'bob');
    expect(await attempt('::1', 'bob', 'right')).toBe('TOO_MANY_LOGINS');
  });

  it('are no more checked once there are too many, however many wait', async () => {
    const { attempt, asked } = setUp();
    const crowd = Array.from({ length: 1_000 }, (_, i) => attempt('10.0.0.1', `user${String(i)}`));
    const codes = await Promise.all(crowd);
    expect(new Set(codes)).toEqual(new Set(['BAD_LOGIN', 'TOO_MANY_LOGINS']));
    // Two are under way when the fifth fails.
    expect(asked()).toBeLessThanOrEqual(6);
  });

  it('are forgotten by the oldest first, not all at once', () => {
    const failures = createLoginFailures(LIMITS, fixedClock());
    for (let i = 0; i < 3; i += 1) failures.failed('10.0.0.1', 'ann');
    for (let i = 0; i < 9_000; i += 1)
      failures.failed(`10.1.${String(i >> 8)}.${String(i & 255)}`, 'x');
    expect(failures.wait('10.0.0.1', 'ann')).toBe(60_000);
  });
});

describe('turns', () => {
  it('go round the parties, a few at a time, and have an end', async () => {
    const turns = createTurns({ atOnce: 1, waitingPerParty: 3 });
    const order: string[] = [];
    const work = (name: string) => () => {
      order.push(name);
      return Promise.resolve();
    };
    const all = ['a1', 'a2', 'a3', 'b1', 'c1'].map((name) => turns.take(name[0]!, work(name)));
    all.push(turns.take('a', work('a4')));
    await expect(turns.take('a', work('a5'))).rejects.toThrow('waiting already');
    await Promise.all(all);
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4']);
    await expect(turns.take('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await turns.take('a', work('on'));
  });
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
  ['2001:0DB8::1:2', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('counts %s as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
