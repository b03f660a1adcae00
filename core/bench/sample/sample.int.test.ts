import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { type Bench, createBench, DEMO_VIN } from '../index.ts';
import { FINISHED, SAMPLE_RELEASES, SAMPLE_VEHICLES, TAKEN_BACK } from './plan.ts';

let folder: TempDir;
let bench: Bench;
beforeAll(async () => {
  folder = await tempDir();
  bench = await createBench({
    ...{ workspaceDir: folder.join('workspace'), host: 'headless', version: '0.0.0' },
    ecuSpeed: 'full',
    ecusDir: new URL('../../../resources/ecus', import.meta.url).pathname,
    settings: { listeners: { tls: { port: 0 } } },
  });
});
afterAll(async () => {
  await bench.close();
  await folder.remove();
});

/** Everything that a person sees of a bench. */
async function seen(): Promise<Record<string, unknown>> {
  const { client } = bench;
  const first = async <T>(stream: AsyncIterator<{ upserts: T[] }>): Promise<T[]> => {
    const { value } = (await stream.next()) as IteratorYieldResult<{ upserts: T[] }>;
    await stream.return?.();
    return value.upserts;
  };
  const history = await Promise.all(
    SAMPLE_VEHICLES.map(({ vin }) => client.vehicles.history({ vin, limit: 10 })),
  );
  return {
    vehicles: (await first(await client.vehicles.watch())).map(({ vin }) => vin).sort(),
    updates: (await first(await client.updates.watch()))
      .map(({ vin, ecuId, stage }) => `${vin} ${ecuId} ${stage}`)
      .sort(),
    releases: (await client.releases.list()).map(({ releaseId }) => releaseId).sort(),
    images: (await client.firmware.list()).map(({ name }) => name).sort(),
    history: history.flat().map(({ kind, stage }) => `${kind} ${stage}`),
  };
}

describe('the sample data', () => {
  it('show every part of a bench, and go again without a trace', { timeout: 120_000 }, async () => {
    const { client } = bench;
    await client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    const before = await seen();

    expect(await client.sample.load()).toMatchObject({ kind: 'loaded', incomplete: false });
    const loaded = await seen();
    expect(loaded['vehicles']).toEqual([...SAMPLE_VEHICLES.map(({ vin }) => vin), DEMO_VIN].sort());
    expect(loaded['updates']).toEqual(
      [
        `${FINISHED.vin} ${FINISHED.ecuId} completed`,
        `${TAKEN_BACK.vin} ${TAKEN_BACK.ecuId} completed`,
        `${TAKEN_BACK.vin} ${TAKEN_BACK.ecuId} rolled_back`,
      ].sort(),
    );
    expect(loaded['history']).toContain('rollback rolled_back');
    expect(loaded['releases']).toEqual(
      expect.arrayContaining(SAMPLE_RELEASES.map(({ name, version }) => `${name}-${version}`)),
    );
    // Once more is once.
    await client.sample.load();
    expect(await seen()).toEqual(loaded);

    const { traffic } = await client.sample.remove();
    expect(await seen()).toEqual(before);
    // The bench had captured its own vehicle before.
    expect(traffic).toBe('kept');
  });

  it('are not loaded at an outside broker, where other vehicles may be', async () => {
    const { client } = bench;
    await client.bench.stop({ roles: ['dcu', 'backend', 'broker'] });
    const settings = await client.settings.get();
    const externalBroker = { url: 'mqtts://127.0.0.1:1', caPem: null };
    await client.settings.set({ ...settings, externalBroker });
    await expect(client.sample.load()).rejects.toMatchObject({ data: { code: 'SAMPLE_UNFIT' } });
  });
});
