import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { complaining, seededBytes, type Dcu, type DcuOptions } from '#core/dcu';
import {
  smallProfile,
  startVehicleBench,
  tempDir,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 300_000 });

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.forget();
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
const progress = (status: string, updateId?: string): Promise<Said> =>
  bench.heard(
    'progress',
    (message) =>
      message['status'] === status && (updateId === undefined || message['updateId'] === updateId),
  );
const refusal = (): Promise<Said> =>
  bench.heard('acknowledgment', (message) => message['acknowledgment'] === 'Refused');
const bank = (name: 'A' | 'B', ecu = 'brake'): Promise<Buffer> =>
  readFile(dir.join('ecus', ecu, `bank-${name}.bin`));
const banks = (ecu = 'brake'): Record<string, string> =>
  Object.fromEntries(
    dcu
      .vehicle()
      .ecus.find(({ ecuId }) => ecuId === ecu)!
      .banks.map((each) => [each.bank, each.state]),
  );
const idle = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    const undo = dcu.onChange((vehicle) => {
      if (vehicle.job !== null) return;
      undo();
      resolve();
    });
    if (dcu.vehicle().job === null) {
      undo();
      resolve();
    }
  });
};
const codeOf = (message: Said): unknown => (message['reason'] as { code: string }).code;

describe('a rollback by command', () => {
  it('[D7] is refused with NO_VALID_BANK and touches nothing', async () => {
    await start();
    const before = await readFile(dir.join('ecus', 'brake', 'meta.json'));
    await bench.command({ command: 'rollback', ecuId: 'brake', updateId: 'r1' });
    expect(codeOf(await progress('failed', 'r1'))).toBe('NO_VALID_BANK');
    await idle();
    expect(await readFile(dir.join('ecus', 'brake', 'meta.json'))).toEqual(before);
    expect(bench.said('progress')).toHaveLength(1);
  });

  it('[D7] is refused when the previous bank no longer holds what it should', async () => {
    await start();
    await writeFile(dir.join('ecus', 'infotainment', 'bank-B.bin'), 'worn out');
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1' });
    expect(codeOf(await progress('failed', 'r1'))).toBe('NO_VALID_BANK');
    await idle();
    expect(banks('infotainment')).toEqual({ A: 'active', B: 'valid' });
  });

  it('starts the previous version, and a lower counter may then be installed', async () => {
    await start();
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1' });
    await progress('rolled_back', 'r1');
    await idle();
    expect(bench.said('progress').map(({ status }) => status)).toEqual([
      'rolling_back',
      'rolled_back',
    ]);
    expect(banks('infotainment')).toEqual({ A: 'valid', B: 'active' });
    const manifest = await bench.release(image, {
      hardwareId: 'hw-infotainment',
      releaseCounter: 1,
    });
    await bench.offer(manifest, { updateId: 'u1', ecuId: 'infotainment' });
    await progress('completed', 'u1');
  });

  it('goes back again when the previous version fails its self-test', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === '0.9' ? 'too old' : null)),
    });
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1' });
    expect(codeOf(await progress('failed', 'r1'))).toBe('SELF_TEST_FAILED');
    await idle();
    expect(banks('infotainment')).toEqual({ A: 'active', B: 'bad' });
  });

  it('is refused unsigned, and with a key that is no backend’s', async () => {
    await start();
    const body = { command: 'rollback', ecuId: 'infotainment', updateId: 'r1' };
    await bench.command(body, { unsigned: true });
    expect(codeOf(await refusal())).toBe('UNSIGNED');
    bench.broker.published.length = 0;
    await bench.command(body, { signer: bench.signers.gatekeeper });
    expect(codeOf(await refusal())).toBe('KEY_USE');
    expect(banks('infotainment')).toEqual({ A: 'active', B: 'valid' });
  });
});

describe('commands to a running update', () => {
  it('pause holds a download, resume lets it go on', async () => {
    bench.server.faults = { delayMs: 300 };
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await progress('downloading', 'u1');
    await bench.command({ command: 'pause', updateId: 'u1' });
    await bench.heard('progress', ({ paused }) => paused === true);
    expect(dcu.vehicle().job).toMatchObject({ paused: true });
    // Whatever is said of a held download says that it is held: the last word counts.
    bench.broker.published.length = 0;
    await bench.command({ command: 'report' });
    expect(await progress('downloading', 'u1')).toMatchObject({ paused: true, version: '2.0' });
    bench.server.faults = {};
    await bench.command({ command: 'resume', updateId: 'u1' });
    await progress('completed', 'u1');
  });

  it('cancel before the commit empties the bank it was writing to', async () => {
    const profile = { ...smallProfile(), speed: 'real' as const };
    profile.ecus[0]!.writeRate = 100_000;
    await start({ profile });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await bench.heard('progress', (message) => Number(message['progress']) > 50);
    await bench.command({ command: 'cancel', updateId: 'u1' });
    await progress('cancelled', 'u1');
    await idle();
    expect(banks()).toEqual({ A: 'active', B: 'empty' });
    expect(await bank('B')).toHaveLength(0);
  });

  it('are refused with their code when they do not apply', async () => {
    await start();
    for (const command of ['cancel', 'pause', 'resume', 'install']) {
      bench.broker.published.length = 0;
      await bench.command({ command, updateId: 'u1', messageId: `about ${command}` });
      expect(await refusal()).toMatchObject({
        command,
        inReplyTo: `about ${command}`,
        reason: { code: 'NOTHING_RUNNING' },
      });
    }
  });

  it('for another ECU do not reach the one that is updating', async () => {
    bench.server.faults = { delayMs: 300 };
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await progress('downloading', 'u1');
    await bench.command({ command: 'cancel', ecuId: 'infotainment' });
    expect(await refusal()).toMatchObject({
      command: 'cancel',
      reason: { code: 'UPDATE_UNKNOWN' },
    });
    bench.server.faults = {};
    await progress('completed', 'u1');
  });

  it('name their update when their author was believed, and only then', async () => {
    await start();
    const late = { command: 'rollback', ecuId: 'infotainment', updateId: 'r1' };
    const expires = new Date(Date.now() - 60_000).toISOString();
    await bench.command({ ...late, expires });
    expect(await refusal()).toMatchObject({ updateId: 'r1', reason: { code: 'EXPIRED' } });
    bench.broker.published.length = 0;
    await bench.command(late, { unsigned: true });
    expect(await refusal()).not.toHaveProperty('updateId');
  });

  it('report repeats the retained inventory', async () => {
    await start();
    bench.broker.published.length = 0;
    await bench.command({ command: 'report' });
    const inventory = await bench.heard('inventory', () => true);
    expect(inventory.retain).toBe(true);
    expect(inventory['ecus']).toHaveLength(2);
  });
});
