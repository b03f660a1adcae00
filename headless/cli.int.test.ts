import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '#core/ports';
import { tempDir, type TempDir } from '#core/testing';
import { type Ended, runCli, runHere, startHere } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function hashesBelow(path: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) found.add(sha256(await readFile(`${entry.parentPath}/${entry.name}`)));
  }
  return found;
}

/** No second of it is spent on what only a real vehicle would need. */
const AT_ONCE = ['--ecu-speed', 'full'];

describe('ota-bench demo', () => {
  const demo = (...args: string[]): Promise<Ended> => runHere('demo', ...AT_ONCE, ...args);

  it('ends 0 with a completed update on its last line', async () => {
    const { code, lines, stdout, stderr } = await runCli('demo', '--json').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(lines.length);
    expect(lines.at(-1)).toMatchObject({ event: 'end', update: 'completed' });
    const steps = lines.filter(({ event }) => event === 'step').map(({ update }) => update);
    expect(steps).toEqual(
      expect.arrayContaining(['issued', 'available', 'acknowledged', 'completed']) as unknown,
    );
    for (const line of lines.filter(({ event }) => event === 'step').slice(2)) {
      expect(line).toMatchObject({ signature: 'valid' });
    }
  });

  it('ends 0 and rolled back with --rollback', async () => {
    const { code, lines } = await demo('--rollback', '--json');
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatchObject({ event: 'end', update: 'rolled_back' });
    expect(lines.some((line) => line['update'] === 'completed')).toBe(true);
  });

  it.each([
    ['--transport', 'blocks'],
    ['--algorithm', 'ES256'],
    ['--algorithm', 'HS256'],
    ['--algorithm', 'hmac'],
    ['--policy', 'off'],
    ['--root', 'werkstatt/ota'],
  ])('completes with %s %s', async (option, value) => {
    const { code, lines } = await demo('--json', option, value);
    expect(lines.at(-1)).toMatchObject({ event: 'end', update: 'completed' });
    expect(code).toBe(0);
  });

  it('tells it in sentences without --json, and prints no secret', async () => {
    const { code, stdout } = await demo();
    expect(code).toBe(0);
    expect(stdout).toContain('✔ completed');
    expect(stdout).not.toMatch(/[{}]/);
  });
});

it.skipIf(process.platform === 'win32')(
  'ends a role in the foreground once its workspace is moved, and writes nothing in its place',
  async () => {
    const at = ['--workspace', folder.join('workspace'), '--tls-port', '0', '--json'];
    const broker = startHere('broker', ...at);
    await broker.line(({ event, state }) => event === 'role' && state === 'on');
    await rename(folder.join('workspace'), folder.join('moved'));
    const { code, lines } = await broker.ended;
    expect(lines.at(-1)).toMatchObject({ event: 'refused', code: 'WORKSPACE_GONE' });
    expect(code).toBe(4);
    expect(await readdir(folder.path)).toEqual(['moved']);
  },
  30_000,
);

describe('ota-bench publish and rollback', () => {
  const where = (): string[] => [
    ...['--workspace', folder.join('workspace'), '--tls-port', '0', '--json', ...AT_ONCE],
  ];

  it('moves a real file into a bank, byte for byte, and returns to the one before', async () => {
    const image = systemRandom.bytes(8 * 1_048_576);
    await writeFile(folder.join('own.bin'), image);
    // Of a process that is gone when the other command asks for what it left.
    const published = await runCli(
      ...['publish', '--firmware', folder.join('own.bin'), '--fw-version', '9.1.0'],
      ...['--description', 'Own image', '--ecu', 'engine', ...where()],
    ).ended;
    expect(published.code).toBe(0);
    const end = published.lines.at(-1) as unknown as {
      source: { sha256: string };
      bank: { sha256: string; version: string };
    };
    expect(end).toMatchObject({ event: 'end', update: 'completed', version: '9.1.0' });
    expect(end.source.sha256).toBe(sha256(image));
    expect(end.bank).toMatchObject({ sha256: sha256(image), version: '9.1.0' });
    const onDisk = await hashesBelow(folder.join('workspace', 'vehicles'));
    expect(onDisk.has(sha256(image))).toBe(true);

    const back = await runHere('rollback', '--ecu', 'engine', ...where());
    expect(back.lines.at(-1)).toMatchObject({ update: 'rolled_back', bank: { version: '3.0.0' } });
    expect(back.code).toBe(0);
  }, 90_000);

  it('[D8] updates several ECUs as one, from a file that lists them', async () => {
    await writeFile(folder.join('brake.bin'), 'brake image');
    await writeFile(folder.join('engine.bin'), 'engine image');
    const requires = [{ hardwareId: 'HW-ENGINE-01', minReleaseCounter: 3 }];
    const bundle = {
      version: 'autumn',
      members: [
        { ecu: 'brake', firmware: 'brake.bin', version: '9.1.0', requires },
        { ecu: 'engine', firmware: 'engine.bin', version: '9.2.0' },
      ],
    };
    const file = folder.join('bundle.json');
    await writeFile(file, JSON.stringify(bundle));
    const { code, lines } = await runHere('publish', '--bundle', file, ...where());
    expect(lines.at(-1)).toMatchObject({
      ...{ event: 'end', update: 'completed', version: 'autumn' },
      members: [
        { ecuId: 'engine', version: '9.2.0', stage: 'completed' },
        { ecuId: 'brake', version: '9.1.0', stage: 'completed' },
      ],
    });
    expect(code).toBe(0);
    await writeFile(file, JSON.stringify({ ...bundle, members: [{ ecu: 'brake', image: 'x' }] }));
    const refused = await runHere('publish', '--bundle', file, ...where());
    expect(refused.lines.at(-1)).toMatchObject({
      ...{ event: 'refused', code: 'BUNDLE_FILE' },
      reason: expect.stringContaining('members.0') as string,
    });
    expect(refused.code).toBe(3);
  }, 90_000);

  it('[D7] takes a version back wherever it runs, and says so where it runs nowhere', async () => {
    const recall = (): string[] => ['rollback', '--all', '--fw-version', '3.0.0', ...where()];
    const { code, lines } = await runHere(...recall(), '--asked-by', 'recall 7');
    expect(lines.at(-1)).toMatchObject({ event: 'end', vehicles: 1, rolledBack: 1, unasked: 0 });
    expect(code).toBe(0);
    const again = await runHere(...recall());
    expect(again.lines.at(-1)).toMatchObject({ event: 'refused', code: 'NOTHING_TO_RECALL' });
    expect(again.code).toBe(3);
    for (const half of [['--all'], ['--fw-version', '3.0.0'], ['--all', '--vin', 'VIN1']]) {
      const refused = await runHere('rollback', ...half, ...where());
      expect([refused.code, refused.lines.at(-1)?.['code']]).toEqual([2, 'BAD_ARGUMENT']);
    }
  }, 60_000);

  it('[D7] refuses a rollback with no valid bank', async () => {
    const { code, lines, stderr } = await runHere('rollback', '--ecu', 'brake', ...where());
    expect(lines.at(-1)).toMatchObject({ refusal: { code: 'NO_VALID_BANK' } });
    expect(lines.at(-2)).toMatchObject({ event: 'refused', code: 'NO_VALID_BANK' });
    expect(stderr).toContain('next: ');
    expect(code).toBe(1);
  });

  it.each([
    ['missing', 'FIRMWARE_UNREADABLE|FIRMWARE_VANISHED', async () => undefined],
    ['empty', 'FIRMWARE_EMPTY', (path: string) => writeFile(path, '')],
    ['a folder', 'FIRMWARE_IS_FOLDER', (path: string) => mkdir(path)],
  ])('refuses a firmware file that is %s', async (_what, wanted, make) => {
    await make(folder.join('own.bin'));
    const { code, lines, stderr } = await runHere(
      ...['publish', '--firmware', folder.join('own.bin'), '--fw-version', '1', ...where()],
    );
    expect(code).toBe(3);
    expect(lines.at(-1)).toMatchObject({
      event: 'refused',
      code: expect.stringMatching(wanted) as string,
    });
    expect(stderr).toContain('next: ');
  });

  it('refuses an ECU that the vehicle does not have, and names those it has', async () => {
    await writeFile(folder.join('own.bin'), 'image');
    const { code, lines } = await runHere(
      ...['publish', '--firmware', folder.join('own.bin'), '--fw-version', '1', '--ecu', 'wings'],
      ...where(),
    );
    expect(code).toBe(3);
    expect(lines.at(-1)?.['reason']).toContain('infotainment');
  }, 60_000);
});

describe('ota-bench and its surroundings', () => {
  it('names a port that is taken, with exit code 4', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const { code, lines } = await runHere(
      ...['broker', '--port', String(port), '--tls-port', '0', '--json'],
      ...['--workspace', folder.join('w')],
    );
    blocker.close();
    expect(code).toBe(4);
    expect(lines.at(-1)).toMatchObject({ event: 'refused', code: 'PORT_IN_USE' });
    expect(lines.at(-1)?.['reason']).toContain(String(port));
  });

  it('refuses a second instance on the same workspace, with exit code 4', async () => {
    const first = runCli(
      ...['backend', '--tls-port', '0', '--workspace', folder.join('w'), '--json'],
    );
    await first.line(({ event }) => event === 'ready');
    const { code, lines } = await runHere('demo', '--workspace', folder.join('w'), '--json');
    expect(code).toBe(4);
    expect(lines.at(-1)).toMatchObject({ event: 'refused', code: 'WORKSPACE_BUSY' });
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(130);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'closes everything in order on %s',
    async (signal) => {
      const running = runCli('demo', '--workspace', folder.join('w'), '--json');
      await running.line(({ update }) => update === 'downloading');
      running.child.kill(signal);
      const { code, lines } = await running.ended;
      expect(code).toBe(130);
      expect(lines.at(-1)).toMatchObject({ event: 'interrupted' });
      // Nothing holds the workspace any more, and the update goes on from its journal.
      const next = await runHere('demo', '--workspace', folder.join('w'), '--json', ...AT_ONCE);
      expect(next.code).toBe(0);
    },
    60_000,
  );

  it('ends quietly when its reader goes away', async () => {
    const running = runCli('demo', '--json');
    await running.line(({ event }) => event === 'published');
    running.child.stdout.destroy();
    const { code, stderr } = await running.ended;
    expect(stderr).not.toContain('EPIPE');
    expect([0, 130]).toContain(code);
  });

  it.each([
    [['demo', '--broker', 'http://x'], 'BAD_URL'],
    [['demo', '--broker', 'mqtt://u:p@127.0.0.1'], 'BAD_URL'],
    [['demo', '--transport', 'pigeon'], 'BAD_ARGUMENT'],
    [['demo', '--credentials', '/nowhere.json'], 'CREDENTIALS_FILE'],
    [['broker', '--port', '99999'], 'BAD_ARGUMENT'],
    [['publish', '--fw-version', '1'], 'BAD_ARGUMENT'],
    [['publish', '--firmware', 'x', '--fw-version', '1', '--vin', 'a/b'], 'VIN_SYNTAX'],
    [['watch'], 'BAD_ARGUMENT'],
    [['dcu'], 'BAD_ARGUMENT'],
    [['demo', '--vault', 'keychain'], 'BAD_ARGUMENT'],
    [['demo', '--vault', 'cellar'], 'BAD_ARGUMENT'],
    [['demo', '--ca', '/nowhere.pem'], 'BAD_ARGUMENT'],
    [['demo', '--broker', 'mqtts://x', '--ca', '/nowhere.pem'], 'CA_FILE'],
    [['audit', '--format', 'poem'], 'BAD_ARGUMENT'],
    [['trust', 'issue', '--cn', 'x'], 'BAD_ARGUMENT'],
    [['trust', 'issue', '--cn', 'x', '--kind', 'client', '--days', '0'], 'BAD_ARGUMENT'],
    [['trust', 'fly'], 'BAD_ARGUMENT'],
    [['fly'], 'BAD_ARGUMENT'],
    [[], 'BAD_ARGUMENT'],
  ])('refuses %j with code, reason and next step', async (args, wanted) => {
    const { code, lines, stderr } = await runHere(
      ...[...args, ...(args.length > 0 ? ['--json'] : [])],
    );
    expect(code).toBe(2);
    if (args.length > 0) expect(lines.at(-1)).toMatchObject({ event: 'refused', code: wanted });
    expect(stderr).toContain(wanted);
    expect(stderr).toContain('next: ');
  });

  it('refuses a broker that does not answer, with exit code 4', async () => {
    const { code, lines } = await runHere('demo', '--broker', 'mqtt://127.0.0.1:9', '--json');
    expect(code).toBe(4);
    expect(lines.at(-1)).toMatchObject({ event: 'refused', code: 'CONNECTION_REFUSED' });
  });

  it('explains its exit codes in --help', async () => {
    const { code, stdout } = await runCli('demo', '--help').ended;
    expect(code).toBe(0);
    expect(stdout).toContain('130  interrupted');
  });
});
