import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBench, DEMO_VIN } from '#core/bench';
import { tempDir, type TempDir } from '#core/testing';
import { type Ended, runCli, runHere } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const demo = (...args: string[]): Promise<Ended> =>
  runHere('demo', '--json', '--ecu-speed', 'full', ...args);

const faultLines = ({ lines }: Ended): unknown[] =>
  lines
    .filter(({ event }) => event === 'fault')
    .map(({ kind, state, fired }) => [kind, state, fired]);

const reason = ({ lines }: Ended): string =>
  (lines.find(({ event }) => event === 'end')?.['refusal'] as { reason: string }).reason;

describe('--fault', () => {
  it('lets the demo fail as a real vehicle would, and tells it as it strikes', async () => {
    const ended = await demo('--fault', 'selfTestFails:complaint="no picture, no sound"');
    expect(ended.code).toBe(1);
    expect(faultLines(ended)).toEqual([
      ['selfTestFails', 'armed', 0],
      ['selfTestFails', 'spent', 1],
    ]);
    expect(ended.lines.at(-1)).toMatchObject({
      event: 'end',
      update: 'rolled_back',
      refusal: {
        code: 'SELF_TEST_FAILED',
        reason: expect.stringContaining('no picture, no sound') as string,
      },
      bank: { bank: 'A', version: '3.0.0' },
    });
  });

  it('strikes at the same place with the same seed, and at another with another', async () => {
    const [one, same, other] = await Promise.all(
      ['7', '7', '8'].map((seed) => demo('--fault', 'bitFlipInTransit', '--fault-seed', seed)),
    );
    // The hash of what arrived tells which bit it was.
    expect(reason(one!)).toMatch(/hashes to [0-9a-f]{64}/);
    expect(reason(same!)).toBe(reason(one!));
    expect(reason(other!)).not.toBe(reason(one!));
  });

  it('is refused before anything starts when it makes no sense', async () => {
    const refused = await Promise.all(
      (
        [
          [['--fault', 'bootFails:tiems=2'], 2, 'FAULT_INVALID', /tiems.*times/],
          [['--fault', 'bootFails:ecuId=wiper'], 3, 'ECU_UNKNOWN', /wiper/],
          [['--fault', 'bootFails:vin=NOBODY'], 3, 'VEHICLE_UNKNOWN', /NOBODY/],
          [['--real-power-cut', '--fault', 'powerCut:byte=1'], 2, 'BAD_ARGUMENT', /temporary/],
          [['--real-power-cut'], 2, 'BAD_ARGUMENT', /not when/],
        ] as const
      ).map(async ([args, ...expected]) => ({ ended: await demo(...args), expected })),
    );
    for (const { ended, expected } of refused) {
      const [code, refusal, told] = expected;
      expect(ended.code).toBe(code);
      expect(ended.lines).toMatchObject([{ event: 'refused', code: refusal }]);
      expect(String(ended.lines[0]?.['reason'])).toMatch(told);
      expect(String(ended.lines[0]?.['next']).length).toBeGreaterThan(10);
    }
  });
});

describe('[D6] --real-power-cut', () => {
  it('kills the process at that byte, and the next start ends the update', async () => {
    const workspaceDir = folder.join('workspace');
    const fault = 'powerCut:byte=100000,where=bank';
    const cut = runCli(
      ...['demo', '--json', '--ecu-speed', 'full', '--workspace', workspaceDir],
      ...['--real-power-cut', '--fault', fault],
    );
    const ended = await cut.ended;
    expect(ended.code).toBe(null);
    expect(cut.child.signalCode).toBe('SIGKILL');
    const published = ended.lines.find(({ event }) => event === 'published');
    const bank = `vehicles/${DEMO_VIN}/ecus/infotainment/bank-B.bin`;
    expect((await readFile(`${workspaceDir}/${bank}`)).length).toBe(100_000);

    const bench = await createBench({
      ...{ workspaceDir, host: 'headless', version: '0.0.0', ecuSpeed: 'full' },
      settings: { listeners: { tls: { port: 0 } } },
    });
    try {
      await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
      let stage = '';
      for await (const frame of await bench.client.updates.watch()) {
        const update = frame.upserts.find(({ updateId }) => updateId === published?.['updateId']);
        stage = update?.stage ?? stage;
        if (['completed', 'rolled_back', 'failed'].includes(stage)) break;
      }
      expect(stage).toBe('completed');
      for await (const frame of await bench.client.vehicles.watch()) {
        const ecu = frame.upserts[0]?.ecus.find(({ ecuId }) => ecuId === 'infotainment');
        const active = ecu?.banks.find((each) => each.bank === ecu.activeBank);
        if (ecu?.activity !== 'idle' || active?.bank !== 'B') continue;
        const bytes = await readFile(`${workspaceDir}/${bank}`);
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(active.sha256);
        break;
      }
    } finally {
      await bench.close();
    }
  });
});
