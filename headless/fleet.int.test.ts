import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBareBroker, startMosquitto, tempDir, type TempDir } from '#core/testing';
import { runCli, runHere } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

describe('ota-bench fleet', () => {
  it('updates fifty real vehicles; one refuses, one rolls back, and both sides count the same', async () => {
    const { code, lines, stderr } = await runCli(
      ...['fleet', '--vehicles', '50', '--update', '--image-bytes', '70000'],
      ...['--unready', '1', '--failing', '1', '--at-once', '20', '--json'],
    ).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.find(({ event }) => event === 'fleet')).toMatchObject({
      vehicles: 50,
      standing: { waiting: 0, connecting: 0, connected: 50, lost: 0 },
    });
    const counts = { completed: 48, refused: 1, rolled_back: 1, failed: 0, cancelled: 0 };
    expect(lines.at(-1)).toMatchObject({
      event: 'end',
      update: 'completed',
      counts: { ...counts, published: 50, silent: 0 },
      vehiclesSay: { ...counts, none: 0, updating: 0 },
      losses: 0,
    });
    const memory = lines.filter(({ event }) => event === 'memory');
    expect(memory.map(({ when }) => when)).toEqual(['connected', 'updated']);
  });

  it('shows a certificate each and fetches by HTTPS with --certificates', async () => {
    const { code, lines } = await runHere(
      ...['fleet', '--vehicles', '6', '--update', '--certificates', '--failing', '1', '--json'],
    );
    expect(code).toBe(0);
    expect(lines.find(({ event }) => event === 'fleet')?.['url']).toMatch(/^mqtts:/);
    expect(lines.at(-1)).toMatchObject({ event: 'end', counts: { completed: 5, rolled_back: 1 } });
  });

  it('updates a fleet at Mosquitto, each vehicle with its own password', async () => {
    const vins = Array.from({ length: 8 }, (_, n) => `CAR00000${String(n + 1)}`);
    const users = ['backend', 'gatekeeper', ...vins];
    const mosquitto = await startMosquitto({ users });
    try {
      const credentials = folder.join('credentials.json');
      await writeFile(credentials, JSON.stringify(Object.fromEntries(users.map((u) => [u, u]))));
      const { code, lines } = await runHere(
        ...['fleet', '--broker', mosquitto.url, '--credentials', credentials, '--update'],
        ...['--vehicles', '8', '--vin-prefix', 'CAR', '--image-bytes', '5000', '--json'],
      );
      expect(lines.at(-1)).toMatchObject({ event: 'end', counts: { completed: 8 } });
      expect(code).toBe(0);
    } finally {
      await mosquitto.close();
    }
  });

  it('is whole again after the broker was away, and Ctrl-C ends it in order', async () => {
    const broker = await startBareBroker();
    const fleet = runCli('fleet', '--broker', broker.url, '--vehicles', '25', '--json');
    await fleet.line(({ event }) => event === 'ready');
    await broker.close();
    const lost = await fleet.line(({ event, state }) => event === 'fleet' && state === 'lost');
    expect(lost).toMatchObject({ vehicles: 25 });
    const again = await startBareBroker({ port: broker.port });
    try {
      await fleet.line(
        (line) => line.event === 'fleet' && line['state'] === 'connected' && line['losses'] === 25,
      );
      expect(again.aedes.connectedClients).toBe(25);
      fleet.child.kill('SIGINT');
      const { code, lines } = await fleet.ended;
      expect({ code, last: lines.at(-1)?.event }).toEqual({ code: 130, last: 'interrupted' });
      // Each said goodbye itself, rather than having its last will say it.
      const goodbyes = again.published.filter(
        ({ topic, payload }) =>
          topic.endsWith('/presence') && payload.toString().includes('"online":false'),
      );
      expect(goodbyes).toHaveLength(25);
    } finally {
      await again.close();
    }
  });

  it('takes its broker along when it is stopped in the middle of an update', async () => {
    const fleet = runCli('fleet', '--vehicles', '30', '--update', '--at-once', '2', '--json');
    const { url } = await fleet.line(({ event }) => event === 'fleet');
    await fleet.line(({ event }) => event === 'counted');
    fleet.child.kill('SIGTERM');
    const { code, lines } = await fleet.ended;
    expect({ code, last: lines.at(-1)?.event }).toEqual({ code: 130, last: 'interrupted' });
    const socket = connect(Number(new URL(String(url)).port), '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it.skipIf(process.platform === 'win32')(
    'refuses more vehicles than the system lets it open connections, and says the limit',
    async () => {
      const cli = fileURLToPath(new URL('cli.ts', import.meta.url));
      const command = `ulimit -n 300; exec "$0" "$1" fleet --vehicles 250 --json`;
      const [code, stdout] = await new Promise<[unknown, string]>((resolve) => {
        execFile('/bin/sh', ['-c', command, process.execPath, cli], (error, out) => {
          resolve([error?.code, out]);
        });
      });
      const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      expect(last).toMatchObject({ event: 'refused', code: 'OPEN_FILES_LIMIT' });
      expect(last['next']).toContain('ulimit -n 314');
      expect(code).toBe(4);
    },
  );
});
