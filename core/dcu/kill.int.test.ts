import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededBytes } from '#core/dcu';
import { systemClock } from '#core/ports';
import {
  seededRandom,
  sha256Of,
  startVehicleBench,
  tempDir,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const SCRIPT = fileURLToPath(new URL('../testing/vehicle-process.ts', import.meta.url));
/** A whole update of the demo vehicle takes about this long. */
const UPDATE_MS = 1_600;

let bench: VehicleBench;
let dir: TempDir;
let child: ChildProcess | null = null;

beforeEach(async () => {
  bench = await startVehicleBench();
  dir = await tempDir();
});
afterEach(async () => {
  await kill();
  await bench.close();
  await dir.remove();
});

async function start(transport: 'https' | 'blocks'): Promise<void> {
  const { url: server, tls } = bench.server;
  const config = JSON.stringify({
    broker: bench.broker.url,
    dir: dir.path,
    server,
    tls,
    transport,
  });
  child = spawn(process.execPath, ['--no-warnings', SCRIPT, config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
}

async function kill(): Promise<void> {
  if (child === null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  child = null;
}

type Meta = {
  active: 'A' | 'B';
  trial: unknown;
  banks: Record<'A' | 'B', { state: string; software?: { sha256: string; version: string } }>;
};

async function running(): Promise<{ version: string; whole: boolean; halfway: boolean }> {
  const text = await readFile(dir.join('ecus', 'gateway', 'meta.json'), 'utf8');
  const meta = JSON.parse(text) as Meta;
  const { software } = meta.banks[meta.active];
  const bytes = await readFile(dir.join('ecus', 'gateway', `bank-${meta.active}.bin`));
  const states = Object.values(meta.banks).map(({ state }) => state);
  return {
    version: software!.version,
    whole: sha256Of(bytes) === software!.sha256,
    halfway: meta.trial !== null || states.some((state) => /writing|written|pending/.test(state)),
  };
}

describe('[D6] kill -9 at a random moment of an update, then a new start', () => {
  for (const [transport, times] of [
    ['https', 10],
    ['blocks', 4],
  ] as const) {
    it(`ends on the old or the new version, whole, ${times} times over ${transport}`, async () => {
      const random = seededRandom(`kill ${transport}`);
      const image = seededBytes({ seed: 'gateway 4', length: 98_304 });
      if (transport === 'blocks') bench.serveBlocks(image);
      let version = '3.0.0';
      for (let n = 1; n <= times; n += 1) {
        await start(transport);
        const updateId = `u${n}`;
        const next = `4.${n}`;
        const manifest = await bench.release(image, {
          hardwareId: 'HW-GATEWAY-01',
          releaseCounter: 2 + n,
          version: next,
        });
        await bench.offer(manifest, { updateId, ecuId: 'gateway' });
        const [high = 0, low = 0] = random.bytes(2);
        await systemClock.sleep(((high * 256 + low) / 65_536) * UPDATE_MS);
        await kill();
        await start(transport);
        const end = await bench.heard(
          'progress',
          (message) =>
            message['updateId'] === updateId &&
            ['completed', 'rolled_back'].includes(String(message['status'])),
        );
        if (end['status'] === 'completed') version = next;
        expect(await running()).toEqual({ version, whole: true, halfway: false });
        await kill();
      }
    }, 120_000);
  }
});
