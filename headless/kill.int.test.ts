import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Bench, createBench, DEMO_VIN } from '#core/bench';
import { type EcuView, type UpdateView } from '#core/contract';
import { seededRandom, tempDir } from '#core/testing';
import { runCli } from './testing/run-cli.ts';

/** From publishing to committing, with room to spare on a busy machine. */
const UPDATE_MS = 4_000;
const OLD = '3.0.0';
const NEW = '3.0.3';

/** The same ten moments on every run, spread over the whole update. */
function moments(count: number): number[] {
  const random = seededRandom('kill -9');
  return Array.from({ length: count }, (_, index) => {
    const part = Buffer.from(random.bytes(2)).readUInt16BE() / 65_536;
    return Math.round(((index + part) / count) * UPDATE_MS);
  });
}

const ENDED = ['completed', 'rolled_back', 'failed', 'refused', 'cancelled'];

async function endOf(bench: Bench, updateId: string): Promise<UpdateView> {
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update && ENDED.includes(update.stage)) return update;
  }
  throw new Error('the stream ended first');
}

async function idleEcu(bench: Bench): Promise<EcuView> {
  for await (const frame of await bench.client.vehicles.watch()) {
    const vehicle = frame.upserts.find(({ vin }) => vin === DEMO_VIN);
    const ecu = vehicle?.ecus.find(({ ecuId }) => ecuId === 'infotainment');
    if (ecu?.activity === 'idle') return ecu;
  }
  throw new Error('the stream ended first');
}

// Several at a time, since most of an update is the vehicle's own pace.
describe.concurrent('[D6] kill -9 in the middle of an update', () => {
  it.for(moments(10))(
    'at %d ms: the ECU is whole, and the update ends',
    async (moment, { onTestFinished }) => {
      const folder = await tempDir();
      onTestFinished(folder.remove);
      const workspaceDir = folder.join('workspace');
      const killed = runCli('demo', '--workspace', workspaceDir, '--json');
      const published = await killed.line(({ event }) => event === 'published');
      await after(moment);
      killed.child.kill('SIGKILL');
      await killed.ended;

      const bench = await createBench({
        ...{ workspaceDir, host: 'headless', version: '0.0.0', ecuSpeed: 'full' },
        settings: { listeners: { tls: { port: 0 } } },
      });
      try {
        await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
        const update = await endOf(bench, String(published['updateId']));
        expect(['completed', 'rolled_back']).toContain(update.stage);
        const ecu = await idleEcu(bench);
        const active = ecu.banks.find(({ bank }) => bank === ecu.activeBank)!;
        expect(active.version).toBe(update.stage === 'completed' ? NEW : OLD);
        const file = `vehicles/${DEMO_VIN}/ecus/infotainment/bank-${ecu.activeBank}.bin`;
        const bytes = await readFile(folder.join('workspace', file));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(active.sha256);
        expect(bytes.length).toBe(active.length);
      } finally {
        await bench.close();
      }
    },
  );
});
