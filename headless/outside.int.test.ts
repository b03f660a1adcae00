import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, DEMO_VIN } from '#core/bench';
import { type SignaturePolicy, type UpdateView } from '#core/contract';
import { systemRandom } from '#core/ports';
import { type MosquittoProcess, startMosquitto, tempDir, type TempDir } from '#core/testing';
import { runCli, runHere, startHere } from './testing/run-cli.ts';
import { type PahoScript, runPaho } from './testing/run-paho.ts';

const USERS = ['backend', 'gatekeeper', DEMO_VIN];
/** No second of it is spent on what only a real vehicle would need. */
const AT_ONCE = ['--ecu-speed', 'full'];
const PASSWORDS = Object.fromEntries(USERS.map((user) => [user, user]));

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

describe("with Debian's Mosquitto as the broker", () => {
  let mosquitto: MosquittoProcess;
  let at: string[];
  beforeEach(async () => {
    mosquitto = await startMosquitto({ users: USERS });
    await writeFile(folder.join('credentials.json'), JSON.stringify(PASSWORDS));
    at = ['--broker', mosquitto.url, '--credentials', folder.join('credentials.json'), '--json'];
  });
  afterEach(() => mosquitto.close());

  it.each([['--transport https'], ['--transport blocks'], ['--rollback']])(
    'runs the whole path: demo %s',
    async (given) => {
      const options = given.split(' ');
      const { code, lines } = await runHere('demo', ...at, ...AT_ONCE, ...options);
      expect(lines.at(-1)).toMatchObject({
        event: 'end',
        update: options.includes('--rollback') ? 'rolled_back' : 'completed',
      });
      expect(code).toBe(0);
    },
  );

  it('runs publish and vehicle as two processes that trust each other by file', async () => {
    const trust = (mine: string, theirs: string): string[] => [
      ...['--workspace', folder.join(mine), '--trust-out', folder.join(`${mine}.jwks`)],
      ...['--trust', folder.join(`${theirs}.jwks`)],
    ];
    await writeFile(folder.join('own.bin'), systemRandom.bytes(300_000));
    const vehicle = runCli('dcu', ...at, ...trust('vehicle', 'backend'));
    await vehicle.line(({ event }) => event === 'ready');
    const { code, lines } = await runCli(
      ...['publish', '--firmware', folder.join('own.bin'), '--fw-version', '5.0.0'],
      ...[...at, ...trust('backend', 'vehicle')],
    ).ended;
    vehicle.child.kill('SIGTERM');
    await vehicle.ended;
    expect(lines.at(-1)).toMatchObject({
      event: 'end',
      update: 'completed',
      bank: { version: '5.0.0' },
    });
    expect(code).toBe(0);
  }, 90_000);

  it('refuses wrong passwords with what to do, and exit code 4', async () => {
    await writeFile(folder.join('credentials.json'), JSON.stringify({ gatekeeper: 'wrong' }));
    const { code, lines } = await runHere('demo', ...at);
    expect(lines.at(-1)).toMatchObject({ event: 'refused' });
    expect(lines.at(-1)?.['code']).toMatch(/BAD_CREDENTIALS|NOT_AUTHORISED/);
    expect(code).toBe(4);
  });

  it('prints the messages with watch', async () => {
    const watching = startHere('watch', 'vehicle/updates/+/progress', ...at);
    await watching.line(({ event }) => event === 'watching');
    const demo = await runHere('demo', ...at, ...AT_ONCE);
    expect(demo.code).toBe(0);
    const told = await watching.line(
      ({ event, payload }) => event === 'message' && String(payload).includes('"completed"'),
    );
    expect(told['topic']).toBe(`vehicle/updates/${DEMO_VIN}/progress`);
    expect((await watching.leave()).code).toBe(130);
  });
});

describe('with paho-mqtt scripts at the embedded broker', () => {
  let bench: Bench | null = null;
  const scripts: PahoScript[] = [];
  afterEach(async () => {
    for (const { child } of scripts.splice(0)) child.kill();
    await bench?.close();
    bench = null;
  });

  async function openBench(policy: SignaturePolicy): Promise<{ bench: Bench; at: string[] }> {
    bench = await createBench({
      workspaceDir: folder.join('workspace'),
      host: 'headless',
      version: '0.0.0',
      ecuSpeed: 'full',
      credentials: PASSWORDS,
      settings: {
        policies: { gatekeeper: policy, dcu: policy, backend: policy },
        listeners: { tls: { port: 0 }, tcp: { on: true, port: 0 } },
      },
    });
    const view = await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    const { hostname, port } = new URL(
      view.endpoints.find(({ label }) => label === 'MQTT, plain')!.url,
    );
    return { bench, at: [hostname, port] };
  }
  const run = (name: string, password: string, ...args: string[]): PahoScript => {
    const script = runPaho(name, args, password);
    scripts.push(script);
    return script;
  };
  async function completed(opened: Bench, fits: (update: UpdateView) => boolean) {
    for await (const frame of await opened.client.updates.watch()) {
      const update = frame.upserts.find((each) => fits(each) && each.stage === 'completed');
      if (update) return update;
    }
    throw new Error('the stream ended first');
  }

  it('[S4] answers an unsigned issue with Rejected under require', async () => {
    const { at } = await openBench('require');
    const issue = run('issue.py', 'backend', ...at, 'backend', DEMO_VIN, '3.0.1');
    const answer: unknown = JSON.parse(await issue.line((line) => line.startsWith('{')));
    expect(answer).toMatchObject({
      status: 'Rejected',
      version: '3.0.1',
      reason: { code: 'UNSIGNED' },
    });
  });

  it('[S4] offers it under off, and a progress script prints the life of the update', async () => {
    const { bench: opened, at } = await openBench('off');
    const { updateId } = await opened.client.demo.run();
    const { version } = await completed(opened, (each) => each.updateId === updateId);

    const progress = run('progress.py', 'backend', ...at, 'backend', DEMO_VIN);
    await progress.line((line) => line === 'listening');
    const issue = run('issue.py', 'backend', ...at, 'backend', DEMO_VIN, version);
    const answer: unknown = JSON.parse(await issue.line((line) => line.startsWith('{')));
    expect(answer).toMatchObject({ status: 'Available', version });
    await progress.line((line) => line === '100 % completed');
    const words = progress.lines.slice(1).map((line) => line.split(' % ')[1]);
    expect([...new Set(words)]).toEqual(['downloading', 'installing', 'finalizing', 'completed']);
    const followed = await completed(opened, (each) => each.foreign);
    expect(followed).toMatchObject({ vin: DEMO_VIN, version });
  }, 90_000);

  it('follows a paho script that plays the vehicle', async () => {
    const { bench: opened, at } = await openBench('off');
    const first = await opened.client.demo.run();
    await completed(opened, (each) => each.updateId === first.updateId);
    await opened.client.bench.stop({ roles: ['dcu'] });

    const vehicle = run('dcu.py', DEMO_VIN, ...at, DEMO_VIN);
    await vehicle.line((line) => line === 'listening');
    const [image] = await opened.client.firmware.list();
    const { composedId, updateId } = await opened.client.updates.compose({
      draft: {
        artifactSha256: image!.sha256,
        artifactName: image!.name,
        version: '7.0.0',
        description: 'For the script',
        vin: DEMO_VIN,
        ecuId: 'infotainment',
      },
    });
    await opened.client.updates.publish({ composedId });
    const update = await completed(opened, (each) => each.updateId === updateId);
    expect(update.steps.map(({ stage }) => stage)).toEqual([
      ...['issued', 'available', 'acknowledged'],
      ...['downloading', 'installing', 'finalizing', 'completed'],
    ]);
  }, 90_000);

  it('takes an ECU back for a paho script, which reads the verdict', async () => {
    const { bench: opened, at } = await openBench('off');
    const script = run('rollback.py', 'backend', ...at, 'backend', DEMO_VIN, 'infotainment');
    const verdict: unknown = JSON.parse(await script.line((line) => line.startsWith('{')));
    expect(verdict).toMatchObject({
      ...{ vin: DEMO_VIN, ecuId: 'infotainment', origin: 'technician', outcome: 'rolled_back' },
      ...{ askedBy: 'a ten-line script', reason: { code: 'COMMANDED' } },
    });
    const refused = run('rollback.py', 'backend', ...at, 'backend', DEMO_VIN, 'brake');
    const why: unknown = JSON.parse(await refused.line((line) => line.startsWith('{')));
    expect(why).toMatchObject({ outcome: 'refused', reason: { code: 'NO_VALID_BANK' } });
    await expect
      .poll(() => opened.client.vehicles.verdicts({ vin: DEMO_VIN }))
      .toMatchObject([{ outcome: 'refused' }, { outcome: 'rolled_back' }]);
  }, 90_000);

  it('follows a paho script that plays a vehicle which takes a bundle as a whole', async () => {
    const { bench: opened, at } = await openBench('off');
    const first = await opened.client.demo.run();
    await completed(opened, (each) => each.updateId === first.updateId);
    await opened.client.bench.stop({ roles: ['dcu'] });
    const vehicle = run('dcu.py', DEMO_VIN, ...at, DEMO_VIN);
    await vehicle.line((line) => line === 'listening');
    const [image] = await opened.client.firmware.list();
    const { sha256: artifactSha256, name: artifactName } = image!;
    const members = ['brake', 'engine'].map((ecuId) => ({
      ...{ ecuId, artifactSha256, artifactName, version: '7.0.0' },
    }));
    const draft = { vin: DEMO_VIN, version: 'autumn', description: 'For the script', members };
    const { composedId, updateId } = await opened.client.updates.composeGroup({ draft });
    await opened.client.updates.publish({ composedId });
    const update = await completed(opened, (each) => each.updateId === updateId);
    expect(update.members.map(({ stage }) => stage)).toEqual(['completed', 'completed']);
  }, 90_000);
});
