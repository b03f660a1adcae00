import { readdir, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { diskFiles, seededBytes, type Dcu, type DcuOptions, type Files } from '#core/dcu';
import {
  sha256Of,
  startVehicleBench,
  tempDir,
  type BlockAnswer,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 400_000 });
/** Longer than the bytes after which a checkpoint is due, however fast they come. */
const large = seededBytes({ seed: 'large', length: 40_000_000 });

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;
let undo: () => void = () => undefined;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.broker.published.length = 0;
  bench.server.requests.length = 0;
  bench.server.faults = {};
  dir = await tempDir();
  link = bench.openLink();
  await link.whenUp();
});
afterEach(async () => {
  undo();
  await dcu.close();
  await link.close();
  await dir.remove();
});

const start = async (changes: Partial<DcuOptions> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, changes);
};
const offer = async (bytes = image, changes = {}): Promise<void> => {
  await bench.offer(await bench.release(bytes, changes), { updateId: 'u1' });
};
const ending = (): Promise<Said> =>
  bench.heard('progress', ({ status }) => status === 'completed' || status === 'failed');
const codeOf = (message: Said): unknown => (message['reason'] as { code: string }).code;
const ranges = (): (string | null)[] =>
  bench.server.requests.filter(({ method }) => method === 'GET').map(({ range }) => range);
const installed = (): string | null | undefined =>
  dcu.vehicle().ecus[0]!.banks.find(({ state }) => state === 'active')?.sha256;
const untouched = async (): Promise<void> => {
  await expect.poll(() => dcu.vehicle().job).toBeNull();
  expect(dcu.vehicle().ecus[0]!.banks.map(({ state }) => state)).toEqual(['active', 'empty']);
  expect(await readdir(dir.join('staged'))).toEqual([]);
};

describe('[D4] an image by HTTPS', () => {
  it('that is one byte longer is refused at that byte', async () => {
    bench.server.faults = { instead: Buffer.concat([image, Buffer.from([0])]) };
    await start();
    await offer();
    expect(codeOf(await ending())).toBe('LENGTH_EXCEEDED');
    await untouched();
  });

  it('that never ends is not stored beyond its length', async () => {
    bench.server.faults = { instead: new Uint8Array(20_000_000) };
    let largest = 0;
    const files: Files = {
      ...diskFiles,
      open: async (path, create) => {
        const file = await diskFiles.open(path, create);
        return {
          ...file,
          write: async (bytes, position) => {
            if (path.endsWith('.part')) largest = Math.max(largest, position + bytes.byteLength);
            await file.write(bytes, position);
          },
        };
      },
    };
    await start({ files });
    await offer();
    expect(codeOf(await ending())).toBe('LENGTH_EXCEEDED');
    expect(largest).toBeLessThanOrEqual(image.length);
  });

  it('that is one byte shorter is refused', async () => {
    bench.server.faults = { instead: image.subarray(1) };
    await start();
    await offer();
    expect(codeOf(await ending())).toBe('LENGTH_MISMATCH');
    await untouched();
  });

  it('of the same length with other bytes is refused', async () => {
    const other = Uint8Array.from(image);
    other[200_000]! ^= 1;
    bench.server.faults = { instead: other };
    await start();
    await offer();
    expect(codeOf(await ending())).toBe('HASH_MISMATCH');
    await untouched();
  });

  it('that the backend does not have is refused', async () => {
    bench.server.faults = { status: 404 };
    await start();
    await offer();
    expect(codeOf(await ending())).toBe('FIRMWARE_NOT_FOUND');
  });

  it('goes on from the byte it has when the connection breaks, again and again', async () => {
    bench.server.faults = { cutAfter: 150_000 };
    await start();
    await offer();
    await ending();
    expect(installed()).toBe(sha256Of(image));
    expect(ranges()).toHaveLength(3);
    expect(ranges()[0]).toBeNull();
    expect(ranges()[2]).toMatch(/^bytes=[1-9]\d+-$/);
  });

  it('waits for a backend that answers 503, then goes on', async () => {
    bench.server.faults = { status: 503 };
    await start();
    await offer();
    await expect.poll(() => ranges().length).toBeGreaterThan(1);
    bench.server.faults = {};
    expect(await ending()).toMatchObject({ status: 'completed' });
  });

  it('begins anew when the server answers a Range with everything', async () => {
    bench.server.faults = { cutAfter: 100_000 };
    await start();
    await offer();
    await expect.poll(() => ranges().length).toBeGreaterThan(0);
    bench.server.faults = { ignoreRange: true };
    expect(await ending()).toMatchObject({ status: 'completed' });
    expect(installed()).toBe(sha256Of(image));
  });

  it('resumes after a restart from its checkpoint, with If-Range', async () => {
    bench.server.faults = { cutAfter: 36_000_000 };
    await start();
    await offer(large);
    await bench.heard('progress', (message) => Number(message['progress']) > 38);
    bench.server.faults = { status: 503 };
    await expect.poll(() => ranges().length).toBeGreaterThan(1);
    await dcu.close();
    bench.server.requests.length = 0;
    bench.server.faults = {};
    await start();
    await ending();
    expect(installed()).toBe(sha256Of(large));
    expect(Number(/bytes=(\d+)-/.exec(ranges()[0] ?? '')?.[1])).toBeGreaterThan(4_000_000);
  });

  it('is fetched anew when the staged bytes are not those of the checkpoint', async () => {
    bench.server.faults = { cutAfter: 36_000_000 };
    await start();
    await offer(large);
    await bench.heard('progress', (message) => Number(message['progress']) > 38);
    bench.server.faults = { status: 503 };
    await expect.poll(() => ranges().length).toBeGreaterThan(1);
    await dcu.close();
    await writeFile(dir.join('staged', `${sha256Of(large)}.part`), new Uint8Array(36_000_000));
    bench.server.requests.length = 0;
    bench.server.faults = {};
    await start();
    await ending();
    expect(installed()).toBe(sha256Of(large));
    expect(ranges()).toEqual([null]);
  });
});

describe('[D4] an image by blocks', () => {
  const run = async (answer: BlockAnswer, changes: Partial<DcuOptions> = {}): Promise<Said> => {
    undo = bench.serveBlocks(image, answer);
    await start({ transport: 'blocks', ...changes });
    await offer();
    return ending();
  };

  it('is whole when blocks come twice, out of order, unasked and of another image', async () => {
    const held: Parameters<BlockAnswer>[0][] = [];
    const end = await run((right, count) => {
      const noise = [
        { ...right, sha256: 'f'.repeat(64) },
        { ...right, offset: right.offset + 7 },
        { ...right, data: right.data === '' ? '' : 'AAAA' },
      ];
      held.push(right);
      // Two at a time, the later one first.
      return count % 2 === 0 && right.offset + 32_768 < image.length
        ? noise
        : [
            ...held
              .splice(0)
              .reverse()
              .flatMap((block) => [block, block]),
            ...noise,
          ];
    });
    expect(end['status']).toBe('completed');
    expect(installed()).toBe(sha256Of(image));
  });

  it('asks again for a block that got lost', { timeout: 15_000 }, async () => {
    const end = await run((right, count) => (count === 3 ? [] : [right]));
    expect(end['status']).toBe('completed');
    const offsets = bench.said('firmware_request').map(({ offset }) => offset);
    expect(offsets.filter((offset) => offset === offsets[3])).toHaveLength(2);
  });

  it('goes on when the link was cut', { timeout: 15_000 }, async () => {
    let cut = false;
    const end = await run((right, count) => {
      if (count === 5 && !cut) {
        cut = true;
        link.drop();
      }
      return [right];
    });
    expect(cut).toBe(true);
    expect(end['status']).toBe('completed');
    expect(installed()).toBe(sha256Of(image));
  });

  for (const [code, change] of [
    ['LENGTH_MISMATCH', { totalLength: 400_001 }],
    ['FIRMWARE_NOT_FOUND', { data: '', reason: { code: 'IMAGE_MISSING', detail: 'gone' } }],
    ['DOWNLOAD_REFUSED', { data: '', reason: { code: 'UPDATE_ENDED', detail: 'over' } }],
    ['HASH_MISMATCH', { data: Buffer.alloc(32_768).toString('base64url') }],
  ] as const) {
    it(`is refused with ${code}`, async () => {
      const end = await run((right) => [right.offset === 0 ? { ...right, ...change } : right]);
      expect(codeOf(end)).toBe(code);
      await untouched();
    });
  }

  it('is refused at a last block with one byte too many', async () => {
    const end = await run((right) => {
      const bytes = Buffer.from(String(right['data']), 'base64url');
      const last = right.offset + bytes.length === image.length;
      const more = Buffer.concat([bytes, Buffer.from([0])]).toString('base64url');
      return [last ? { ...right, data: more } : right];
    });
    expect(codeOf(end)).toBe('LENGTH_EXCEEDED');
  });
});
