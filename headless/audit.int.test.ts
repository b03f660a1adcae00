import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Settings } from '#core/contract';
import { createBench } from '#core/bench';
import { tempDir, type TempDir } from '#core/testing';
import { runCli, runHere } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const audit = (...args: string[]) =>
  runHere('audit', '--workspace', folder.join('workspace'), ...args);

/** What the window would have stored. */
async function store(change: (settings: Settings) => Partial<Settings>): Promise<void> {
  const bench = await createBench({
    ...{ workspaceDir: folder.join('workspace'), host: 'headless', version: '0.0.0' },
  });
  const settings = await bench.client.settings.get();
  await bench.client.settings.set({ ...settings, ...change(settings) });
  await bench.close();
}

type Sarif = {
  version: string;
  runs: { tool: { driver: { name: string } }; results: { ruleId: string; level: string }[] }[];
};

describe('ota-bench audit', () => {
  it('ends 11 at the default set-up without a keychain, and names only that', async () => {
    const { code, lines, stderr } = await audit('--json');
    expect(lines).toMatchObject([
      { event: 'finding', code: 'SECRETS_SESSION_ONLY', severity: 'medium' },
      { event: 'audited', findings: 1, high: 0, medium: 1, low: 0, info: 0 },
    ]);
    expect({ code, stderr }).toEqual({ code: 11, stderr: '' });
  });

  it('ends 12 when something is severe, grouped with the worst first', async () => {
    await store(({ listeners }) => ({
      listeners: {
        ...listeners,
        tcp: { ...listeners.tcp, on: true, host: '0.0.0.0', remote: true },
      },
      subscriptions: 'deliver-only',
    }));
    const { code, stdout } = await audit('--policy', 'off');
    expect(code).toBe(12);
    const headings = stdout.split('\n').filter((line) => /^[A-Z]+$/.test(line));
    expect(headings).toEqual(['HIGH', 'MEDIUM', 'INFO']);
    for (const wanted of ['PLAIN_LISTENER', 'POLICY_OFF', '0.0.0.0:1883', 'repair: ']) {
      expect(stdout).toContain(wanted);
    }
  });

  it('prints SARIF and nothing else, and writes the same to a file, once', async () => {
    const printed = JSON.parse((await audit('--format', 'sarif')).stdout) as Sarif;
    expect(printed.version).toBe('2.1.0');
    expect(printed.runs[0]).toMatchObject({
      tool: { driver: { name: 'OTA Bench' } },
      results: [{ ruleId: 'SECRETS_SESSION_ONLY', level: 'warning' }],
    });
    const file = folder.join('audit.sarif');
    expect((await audit('--format', 'sarif', '--output', file)).code).toBe(11);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(printed);
    const again = await audit('--format', 'sarif', '--output', file);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('FILE_EXISTS');
    expect((await audit('--format', 'sarif', '--output', file, '--force')).code).toBe(11);
  });

  it('prints JSON', async () => {
    const { stdout } = await audit('--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ findings: [{ code: 'SECRETS_SESSION_ONLY' }] });
  });

  it('looks at an outside broker as it is asked to', async () => {
    const { code, stdout } = await audit('--broker', 'mqtt://broker.example:1883');
    expect(code).toBe(12);
    expect(stdout).toContain('OUTSIDE_BROKER_PLAIN');
    expect(stdout).not.toContain('PLAIN_LISTENER');
  });

  it.each(['/proc/zz/y', '/dev/full'])('ends 4 at once where %s takes no file', async (file) => {
    const { code, stderr } = await audit('--output', file, '--force');
    expect(code).toBe(4);
    expect(stderr).toMatch(/^FILE_NOT_WRITTEN: .*\n {2}next: /);
  });

  it('is refused while another process has the workspace', async () => {
    const host = runCli(
      ...['broker', '--tls-port', '0', '--json', '--workspace', folder.join('workspace')],
    );
    await host.line(({ event }) => event === 'ready');
    const { code, stderr } = await audit();
    host.child.kill('SIGTERM');
    await host.ended;
    expect(code).toBe(4);
    expect(stderr).toContain('WORKSPACE_BUSY');
  });
});

describe('ota-bench trust without a keychain', () => {
  const trust = (...args: string[]) =>
    runHere('trust', ...args, '--workspace', folder.join('workspace'), '--json');

  it.each([
    [['issue', '--kind', 'client', '--cn', 'VIN2']],
    [['renew', 'backend']],
    [['revoke', 'backend']],
    [['export', 'backend', '--output', 'never.pem']],
    [['dcu', 'VIN2', '--output', 'never.zip']],
  ])('refuses %j, which would end with the command', async (args) => {
    const { code, lines, stderr } = await trust(...args);
    expect(lines.at(-1)).toMatchObject({ event: 'refused', code: 'SESSION_ONLY' });
    expect(stderr).toContain('next: ');
    expect(code).toBe(3);
  });

  it('lists what there is, and says that it ends', async () => {
    const { code, lines, stderr } = await trust('list');
    expect(code).toBe(0);
    const kinds = lines.filter(({ event }) => event === 'certificate').map((line) => line['kind']);
    expect(kinds).toContain('ca');
    expect(stderr).toMatch(/end with this command/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('writes a Mosquitto folder, its key for the owner only', async () => {
    const { code } = await trust('mosquitto', '--output', folder.join('mosquitto'));
    expect(code).toBe(0);
    const conf = await readFile(folder.join('mosquitto', 'mosquitto.conf'), 'utf8');
    expect(conf).toContain('require_certificate true');
    const key = await stat(folder.join('mosquitto', 'certs', 'server.key'));
    expect(key.mode & 0o777).toBe(0o600);
    const script = await stat(folder.join('mosquitto', 'start.sh'));
    expect(script.mode & 0o100).toBe(0o100);
  });

  it('writes no Mosquitto folder over one with other files in it, unless forced', async () => {
    const path = folder.join('mosquitto');
    await mkdir(path);
    await writeFile(folder.join('mosquitto', 'own.db'), 'mine');
    const refused = await trust('mosquitto', '--output', path);
    expect(refused.lines.at(-1)).toMatchObject({ event: 'refused', code: 'FILE_EXISTS' });
    expect(await readdir(path)).toEqual(['own.db']);
    expect((await trust('mosquitto', '--output', path, '--force')).code).toBe(0);
    expect(await readdir(path)).toEqual(expect.arrayContaining(['mosquitto.conf', 'own.db']));
  });

  it('takes no list that is not UTF-8, and names the line', async () => {
    const file = folder.join('latin1');
    await writeFile(file, Buffer.from('user k\xfcche\n', 'latin1'));
    await writeFile(folder.join('ok.conf'), '# grüß\n');
    for (const args of [
      ['acl', 'set', file],
      ['acl', 'doctor', file],
      ['import-mosquitto', file],
      ['import-mosquitto', folder.join('ok.conf'), '--acl', file],
    ]) {
      const { code, lines } = await trust(...args);
      expect(code).toBe(2);
      expect(lines.at(-1)).toMatchObject({ event: 'refused', code: 'FILE_NOT_UTF8' });
      expect(lines.at(-1)?.['reason']).toContain('line 1 ');
    }
    expect((await trust('acl', 'get')).lines[0]).toMatchObject({ isDefault: true });
  });

  it('gets, sets, refuses and resets the access list', async () => {
    const own = 'user backend\ntopic write a/b\n';
    await writeFile(folder.join('acl.conf'), own);
    expect((await trust('acl', 'get')).lines[0]).toMatchObject({ isDefault: true });
    expect((await trust('acl', 'set', folder.join('acl.conf'))).code).toBe(0);
    expect((await trust('acl', 'get')).lines[0]).toMatchObject({ text: own, isDefault: false });
    await writeFile(folder.join('acl.conf'), 'topic fly a/b/#/c\n');
    const refused = await trust('acl', 'set', folder.join('acl.conf'));
    expect(refused.code).toBe(3);
    expect(refused.lines.at(-1)).toMatchObject({ code: 'ACL_SYNTAX' });
    expect((await trust('acl', 'get')).lines[0]).toMatchObject({ text: own });
    expect((await trust('acl', 'reset')).code).toBe(0);
    expect((await trust('acl', 'get')).lines[0]).toMatchObject({ isDefault: true });
  });

  it('lets the doctor say what a list breaks, and writes the repaired one, which is sound', async () => {
    const file = folder.join('sample.conf');
    await writeFile(file, 'user backend\ntopic write vehicle/updates/{VIN}/status\n');
    const repaired = folder.join('repaired.conf');
    const { code, lines } = await trust('acl', 'doctor', file, '--repaired', repaired);
    expect(code).toBe(12);
    expect(
      lines.some(
        ({ event, ...line }) => event === 'diagnostic' && line['code'] === 'LITERAL_BRACES',
      ),
    ).toBe(true);
    expect(lines.some(({ event }) => event === 'broken')).toBe(true);
    const after = await trust('acl', 'doctor', repaired);
    expect(after.lines.filter(({ event }) => event === 'broken')).toEqual([]);
    expect(after.code).not.toBe(12);
  });

  it('tells what a mosquitto.conf means, and what of it is not supported', async () => {
    const conf = folder.join('mosquitto.conf');
    await writeFile(
      conf,
      'listener 1883 127.0.0.1\nallow_anonymous true\nbridge_attempt_unsubscribe true\n',
    );
    const { code, lines } = await trust('import-mosquitto', conf);
    expect(code).toBe(0);
    expect(lines.find(({ event }) => event === 'listener')).toMatchObject({
      kind: 'tcp',
      port: 1_883,
    });
    expect(lines.some(({ event }) => event === 'unsupported')).toBe(true);
  });

  it('names a file that is not there', async () => {
    const { code, lines } = await trust('acl', 'doctor', folder.join('nowhere'));
    expect(code).toBe(2);
    expect(lines.at(-1)).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
