import { strToU8, zipSync, type Zippable } from 'fflate';
import { expect, it } from 'vitest';
import { readBundle } from './bundle-file.ts';

const image = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 7919) >> 3);
const list = (firmware = 'images/gateway.bin'): Uint8Array =>
  strToU8(
    JSON.stringify({
      version: '2026.3',
      members: [{ ecu: 'gateway', firmware, version: '3.1.0' }],
    }),
  );
const zipped = (more: Zippable = {}): Uint8Array<ArrayBuffer> =>
  zipSync({ 'bundle.json': list(), 'images/gateway.bin': image, ...more });
const read = (bytes: Uint8Array<ArrayBuffer>) => readBundle(new File([bytes], 'spring.otabundle'));
const reasonOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const error: unknown = await read(bytes).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ refusal: { code: 'BUNDLE_FILE' } });
  return (error as { refusal: { reason: string } }).refusal.reason;
};
/** Writes at the n-th place where these bytes are. */
function patched(
  bytes: Uint8Array,
  mark: string,
  by: number,
  value: number,
): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const at = Buffer.from(copy.buffer).lastIndexOf(mark, undefined, 'latin1');
  copy[at + by] = value;
  return copy;
}

it.each([6, 0] as const)('reads what it names, packed by %i, and nothing else', async (level) => {
  const { members, version } = await read(
    zipSync({ 'bundle.json': list(), 'images/gateway.bin': [image, { level }], 'a.txt': image }),
  );
  expect(version).toBe('2026.3');
  expect(members[0]!.image.name).toBe('gateway.bin');
  expect(new Uint8Array(await members[0]!.image.arrayBuffer())).toEqual(image);
});

it('refuses one that is cut off anywhere, and one with a byte that changed', async () => {
  const whole = zipSync({ 'bundle.json': list(), 'images/gateway.bin': [image, { level: 0 }] });
  for (let end = 0; end < whole.length; end += 997) await reasonOf(whole.slice(0, end));
  await reasonOf(whole.slice(0, -1));
  // In the middle of the firmware, which a signature would make true.
  const flipped = Uint8Array.from(whole);
  flipped[40_000]! ^= 1;
  expect(await reasonOf(flipped)).toContain('images/gateway.bin in it is damaged');
});

it('refuses a name twice, one that leads out of it, and too many', async () => {
  const one = zipped({ 'bundle.jsoX': list() });
  const double = Buffer.from(one).toString('latin1').replaceAll('bundle.jsoX', 'bundle.json');
  expect(await reasonOf(Uint8Array.from(Buffer.from(double, 'latin1')))).toContain(
    'bundle.json is in it more than once',
  );
  for (const name of ['../../etc/passwd', '/etc/passwd', 'C:\\boot.ini', 'a/../../b'])
    expect(await reasonOf(zipped({ [name]: image })), name).toContain('leads out');
  const many = Object.fromEntries(
    Array.from({ length: 64 }, (_, n) => [`n${n}`, image.slice(0, 1)]),
  );
  expect(await reasonOf(zipped(many))).toContain('more than 64');
});

it('unpacks no more than its directory says, and refuses a flood by what that says', async () => {
  const flood = zipSync({ 'bundle.json': list('a.bin'), 'a.bin': new Uint8Array(30_000_000) });
  expect(flood.length).toBeLessThan(100_000);
  // Said to be a kilobyte: it ends there.
  const small = patched(patched(flood, 'a.bin', 24 - 46, 0), 'a.bin', 25 - 46, 4);
  expect(
    await reasonOf(patched(patched(small, 'a.bin', 26 - 46, 0), 'a.bin', 27 - 46, 0)),
  ).toContain('a.bin in it is damaged');
  // Two of nearly four gigabytes: not begun.
  const claims = zipped({ 'b.bin': image, 'c.bin': image });
  const large = ['b.bin', 'c.bin'].reduce((all, name) => patched(all, name, 27 - 46, 0xf0), claims);
  expect(await reasonOf(large)).toContain('larger than 4 GiB');
});
