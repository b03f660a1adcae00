import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RoleName, type UpdateView } from '#core/contract';
import { tempDir, type TempDir } from '#core/testing';
import { type Bench, createBench, DEMO_VIN } from './index.ts';

/** Long enough that a download can be interrupted well before its end; blocks are the slower way. */
const IMAGE_BYTES = { https: 48 * 1_048_576, blocks: 10 * 1_048_576 };

let folder: TempDir;
let bench: Bench;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  await bench.close();
  await folder.remove();
});

async function until(updateId: string, fits: (update: UpdateView) => boolean): Promise<UpdateView> {
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update && fits(update)) return update;
  }
  throw new Error('the stream ended first');
}

it.each<[RoleName, 'https' | 'blocks']>([
  ['broker', 'blocks'],
  ['broker', 'https'],
  ['backend', 'https'],
  ['backend', 'blocks'],
])('[D6] resumes when the %s goes mid-download by %s, and comes back', async (role, transport) => {
  bench = await createBench({
    workspaceDir: folder.join('workspace'),
    host: 'headless',
    version: '0.0.0',
    ecuSpeed: 'full',
    settings: { transport, listeners: { tls: { port: 0 } } },
  });
  await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
  const image = randomBytes(IMAGE_BYTES[transport]);
  await writeFile(folder.join('image.bin'), image);
  const { sha256, name } = await bench.importFirmware(folder.join('image.bin'), {});
  const ecu = { vin: DEMO_VIN, ecuId: 'infotainment' };
  const { composedId } = await bench.client.updates.compose({
    draft: { artifactSha256: sha256, artifactName: name, version: '8.0', description: '', ...ecu },
  });
  const { updateId } = await bench.client.updates.publish({ composedId });

  await until(updateId, ({ stage }) => stage === 'downloading');
  await bench.client.bench.stop({ roles: [role] });
  await bench.client.bench.start({ roles: [role] });

  const { stage, steps } = await until(updateId, (one) => one.stage === 'completed');
  expect(stage).toBe('completed');
  // It went on where it was: nothing was refused, failed or offered a second time.
  expect(steps.filter((each) => each.stage === 'downloading')).toHaveLength(1);
  const bank = await readFile(
    folder.join('workspace', `vehicles/${DEMO_VIN}/ecus/infotainment/bank-B.bin`),
  );
  expect(createHash('sha256').update(bank).digest('hex')).toBe(
    createHash('sha256').update(image).digest('hex'),
  );

  // With every role off it neither vanishes nor stays as it was while they ran.
  await bench.client.bench.stop({ roles: ['backend', 'dcu'] });
  for await (const { upserts } of await bench.client.vehicles.watch()) {
    if (upserts.some(({ simulated }) => simulated)) continue;
    expect(upserts).toMatchObject([{ vin: DEMO_VIN, online: false, simulated: false }]);
    expect(upserts[0]?.profile).not.toBeNull();
    expect(upserts[0]?.ecus).not.toEqual([]);
    break;
  }
});
