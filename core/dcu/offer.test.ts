import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { seededBytes, type Dcu, type DcuOptions } from '#core/dcu';
import { systemClock } from '#core/ports';
import {
  startVehicleBench,
  tempDir,
  TEST_VIN,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 10_000 });

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.broker.published.length = 0;
  bench.server.requests.length = 0;
  dir = await tempDir();
  link = bench.openLink();
  await link.whenUp();
});
afterEach(async () => {
  await dcu.close();
  await link.close();
  await dir.remove();
});

const start = async (changes: Partial<DcuOptions> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, changes);
};
const refused = async (): Promise<unknown> => {
  const message = await bench.heard(
    'acknowledgment',
    ({ acknowledgment }) => acknowledgment === 'Refused',
  );
  await expect.poll(() => dcu.vehicle().job).toBeNull();
  expect(bench.server.requests).toEqual([]);
  return (message['reason'] as Said)['code'];
};
const hour = (n: number): string => new Date(systemClock.now() + n * 3_600_000).toISOString();

describe('[D1] an offer is refused', () => {
  it('UNSIGNED when nobody signed it', async () => {
    await start();
    await bench.offer(await bench.release(image), {}, { unsigned: true });
    expect(await refused()).toBe('UNSIGNED');
  });

  it('when its content was changed after signing', async () => {
    await start();
    const manifest = await bench.release(image);
    await bench.offer({ ...manifest, version: '9.9' }, { version: '9.9' });
    expect(await refused()).toBe('SIGNATURE_INVALID');
  });

  it('when the backend’s key signed for the gatekeeper', async () => {
    await start();
    await bench.offer(await bench.release(image), {}, { signer: bench.signers.backend });
    expect(await refused()).toBe('KEY_USE');
  });

  it('when the manifest has no signature, whoever signed the message [S5]', async () => {
    await start();
    const manifest = await bench.release(image);
    delete manifest.signature;
    await bench.offer(manifest);
    expect(await refused()).toBe('UNSIGNED');
  });

  it('when it was published retained', async () => {
    await start();
    await bench.offer(await bench.release(image), {}, { retain: true });
    // To those already subscribed the flag is not passed on; a newcomer sees it.
    await bench.heard('acknowledgment', ({ acknowledgment }) => acknowledgment === 'Acknowledged');
    await bench.heard('progress', ({ status }) => status === 'completed');
    await dcu.close();
    await link.close();
    await dir.remove();
    bench.broker.published.length = 0;
    bench.server.requests.length = 0;
    dir = await tempDir();
    link = bench.openLink();
    await link.whenUp();
    await start();
    expect(await refused()).toBe('RETAINED_MESSAGE');
    await bench.publish('status', new Uint8Array(), { retain: true });
  });

  it('[P3] when its payload names another vehicle', async () => {
    await start();
    await bench.offer(await bench.release(image), { vin: 'OTHER' });
    expect(await refused()).toBe('VIN_MISMATCH');
  });

  it('[P5] when it has ended, and when its manifest has', async () => {
    await start();
    await bench.offer(await bench.release(image), { expires: hour(-1) });
    expect(await refused()).toBe('EXPIRED');
    bench.broker.published.length = 0;
    await bench.offer(await bench.release(image, { expires: hour(-1) }));
    expect(await refused()).toBe('EXPIRED');
  });

  it('[P4] when it comes a second time, also after a restart', async () => {
    await start();
    const manifest = await bench.release(image, { releaseCounter: 0 });
    const payload = await bench.offer(manifest, { updateId: 'u1' });
    expect(await refused()).toBe('COUNTER_BELOW');
    await dcu.close();
    await start();
    bench.broker.published.length = 0;
    await bench.publish('status', payload);
    await bench.offer(manifest, { updateId: 'u2', seq: 1 });
    // The update is known: its repetition says nothing. The one with an old number is refused.
    const message = await bench.heard('acknowledgment', () => true);
    expect(message).toMatchObject({ updateId: 'u2', reason: { code: 'REPLAYED' } });
  });

  it('when its version is not the manifest’s', async () => {
    await start();
    await bench.offer(await bench.release(image), { version: '3.0' });
    expect(await refused()).toBe('VERSION_MISMATCH');
  });

  it('for an ECU that the vehicle has not', async () => {
    await start();
    await bench.offer(await bench.release(image), { ecuId: 'radio' });
    expect(await refused()).toBe('ECU_UNKNOWN');
  });

  it('when its updateId fits no topic', async () => {
    await start();
    await bench.offer(await bench.release(image), { updateId: '../../etc' });
    expect(await refused()).toBe('TOPIC_SYNTAX');
  });

  for (const [code, payload] of [
    ['MALFORMED_JSON', Buffer.from('{"status":')],
    ['DUPLICATE_MEMBER', Buffer.from('{"status":"Available","status":"Rejected"}')],
    ['INVALID_UTF8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['TOO_LARGE', Buffer.alloc(65_537, 0x20)],
    ['SCHEMA', Buffer.from('{"status":"Maybe","version":"1"}')],
  ] as const) {
    it(`[P2] ${code}`, async () => {
      await start();
      await bench.publish('status', payload);
      expect(await refused()).toBe(code);
    });
  }
});

describe('a ten-line script', () => {
  const text = '{"status":"Available","version":"3.0.1"}';

  it('is told UNSIGNED under require', async () => {
    await start();
    await bench.publish('status', Buffer.from(text));
    expect(await refused()).toBe('UNSIGNED');
  });

  it('is told MANIFEST_MISSING when signatures are off: there is no image to fetch', async () => {
    await start({ policy: 'off' });
    await bench.publish('status', Buffer.from(text));
    expect(await refused()).toBe('MANIFEST_MISSING');
  });

  it('may roll back with {"command":"rollback"} when only one ECU has somewhere to go', async () => {
    await start({ policy: 'off' });
    await bench.publish('command', Buffer.from('{"command":"rollback","colour":"red"}'));
    await bench.heard('progress', ({ status }) => status === 'rolled_back');
  });
});

describe('what the DCU says', () => {
  it('carries vehicle, sender, rising numbers and a signature; inventory and presence stay', async () => {
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await bench.heard('progress', ({ status }) => status === 'completed');
    await bench.heard('presence', ({ online }) => online === true);
    const own = bench.said().filter(({ sender }) => sender === `dcu:${TEST_VIN}`);
    for (const message of own) {
      expect(message).toMatchObject({ vin: TEST_VIN });
      expect(message['signature']).toMatch(/\.\./);
      expect(message.retain).toBe(message.kind === 'inventory' || message.kind === 'presence');
    }
    const numbers = bench.said('progress').map(({ seq }) => Number(seq));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(own.map(({ messageId }) => messageId)).size).toBe(own.length);
  });

  it('says goodbye', async () => {
    await start();
    await dcu.close();
    await bench.heard('presence', ({ online }) => online === false);
    await start();
  });
});
