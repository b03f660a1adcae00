import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, safe } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { type ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Bench, createBench, portWire, serveWire } from '#core/bench';
import { type BenchContract, type BenchView, type Frame, type Settings } from '#core/contract';
import { silentLog, systemRandom } from '#core/ports';
import { tempDir, type TempDir } from '#core/testing';
import { startWebHost } from './web/host.ts';
import { FRAME_LIMIT_BYTES } from './web/sockets.ts';

type Client = ContractRouterClient<BenchContract>;
type Connection = {
  client: Client;
  /** Puts bytes on the transport that no client of ours would send; null where there is none. */
  sendRaw: ((frame: string | Uint8Array) => void) | null;
  close(): Promise<void>;
};
type Connect = (bench: Bench, folder: TempDir) => Promise<Connection>;

const direct: Connect = async (bench) => ({
  client: bench.client,
  sendRaw: null,
  close: async () => undefined,
});

const messagePort: Connect = async (bench) => {
  const { port1, port2 } = new MessageChannel();
  serveWire(bench.router, portWire(port1), silentLog);
  port2.start();
  return {
    client: createORPCClient(new PortLink({ port: port2 })),
    sendRaw: (frame) => port2.postMessage(frame),
    async close() {
      port2.close();
    },
  };
};

const webSocket: Connect = async (bench, folder) => {
  await mkdir(folder.join('window'), { recursive: true });
  await writeFile(folder.join('window', 'index.html'), '<!doctype html>');
  const host = await startWebHost({
    router: bench.router,
    root: folder.join('window'),
    port: 0,
    random: systemRandom,
    log: silentLog,
  });
  const [origin = '', token = ''] = host.newLink().split('/#token=');
  const answer = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  });
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, {
    headers: { cookie, origin },
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    client: createORPCClient(new SocketLink({ websocket: socket as never })),
    sendRaw: (frame) => socket.send(frame),
    async close() {
      socket.terminate();
      await host.close();
    },
  };
};

describe.each([
  ['in memory', direct],
  ['over a message port', messagePort],
  ['over a WebSocket of the web host', webSocket],
] as const)('the contract %s', (_name, connect) => {
  let folder: TempDir;
  let bench: Bench;
  let connection: Connection;
  let client: Client;

  beforeEach(async () => {
    folder = await tempDir();
    bench = await createBench({
      workspaceDir: folder.join('workspace'),
      host: 'headless',
      version: '1.2.3',
    });
    connection = await connect(bench, folder);
    ({ client } = connection);
  });
  afterEach(async () => {
    await connection.close();
    await bench.close();
    await folder.remove();
  });

  const withPort = (settings: Settings, port: number): Settings => ({
    ...settings,
    listeners: { ...settings.listeners, tls: { ...settings.listeners.tls, port } },
  });
  const portOf = ({ listeners }: Settings): number => listeners.tls.port;
  const setPort = async (port: number): Promise<void> => {
    await client.settings.set(withPort(await client.settings.get(), port));
  };

  it('sends a snapshot, then deltas in order', async () => {
    const stream = await client.bench.watch();
    const next = async (): Promise<Frame<BenchView>> => {
      const result = await stream.next();
      if (result.done === true) throw new Error('the stream ended');
      return result.value;
    };
    const first = await next();
    expect(first).toMatchObject({ kind: 'snapshot', seq: 0, skipped: 0 });
    expect(first.upserts[0]).toMatchObject({
      version: '1.2.3',
      roles: { broker: { kind: 'off' } },
    });
    await setPort(18_830);
    const second = await next();
    expect(second).toMatchObject({ kind: 'delta', seq: 1 });
    expect(portOf(second.upserts[0]!.settings)).toBe(18_830);
    await stream.return();
  });

  it('refuses with code, reason and next step, typed', async () => {
    const { error } = await safe(client.updates.publish({ composedId: 'never composed' }));
    expect(isDefinedError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'REFUSED',
      status: 422,
      data: {
        code: 'BACKEND_OFF',
        reason: 'the backend is off',
        next: expect.any(String) as string,
      },
    });
  });

  it('refuses input that the schema does not know, names the member, and lives', async () => {
    const settings = await client.settings.get();
    const wrong = [
      () => client.vehicles.rollback({ vin: 'no/vin', ecuId: 'brake' }),
      () => client.bench.start({ roles: ['pilot' as never] }),
      () => client.firmware.begin({ name: '', size: -1 }),
      () => client.settings.set(withPort(settings, 70_000)),
    ];
    for (const call of wrong) {
      await expect(call()).rejects.toMatchObject({
        code: 'REFUSED',
        data: { code: 'BAD_INPUT' },
      });
    }
    const { error } = await safe(client.vehicles.rollback({ vin: 'no/vin', ecuId: 'brake' }));
    expect((error as { data?: { reason: string } } | null)?.data?.reason).toContain('vin');
    expect(portOf(await client.settings.get())).toBe(8_883);
  });

  it('frees a stream when its reader returns', async () => {
    const stream = await client.updates.watch();
    await stream.next();
    expect(bench.watchers()).toBe(1);
    await stream.return();
    await expect.poll(() => bench.watchers()).toBe(0);
  });

  it('frees a waiting stream when its signal is aborted', async () => {
    const stop = new AbortController();
    const stream = await client.vehicles.watch(undefined, { signal: stop.signal });
    await stream.next();
    const waiting = stream.next().catch(() => undefined);
    expect(bench.watchers()).toBe(1);
    stop.abort();
    await expect.poll(() => bench.watchers()).toBe(0);
    await waiting;
  });

  it('gives a slow reader the latest state and says what it skipped', async () => {
    const changes = 400;
    const stream = await client.bench.watch();
    await stream.next();
    const settings = await client.settings.get();
    const burst = Array.from({ length: changes }, (_, index) =>
      client.settings.set(withPort(settings, 10_000 + index)),
    );
    await Promise.all(burst);
    let frames = 0;
    let skipped = 0;
    for await (const frame of stream) {
      frames += 1;
      skipped += frame.skipped;
      const [view] = frame.upserts;
      if (view && portOf(view.settings) === 10_000 + changes - 1) break;
    }
    expect(frames + skipped).toBe(changes);
    expect(skipped).toBeGreaterThan(0);
    expect(frames).toBeLessThan(changes / 4);
  });

  it('carries a firmware image whole', async () => {
    const image = Buffer.from(systemRandom.bytes(1_500_000));
    const { uploadId } = await client.firmware.begin({ name: 'own.bin', size: image.length });
    for (let offset = 0; offset < image.length; offset += 1_048_576) {
      const piece = image.subarray(offset, offset + 1_048_576);
      await client.firmware.chunk({ uploadId, offset, base64: piece.toString('base64') });
    }
    const artifact = await client.firmware.finish({ uploadId });
    expect(artifact).toEqual({
      sha256: createHash('sha256').update(image).digest('hex'),
      length: image.length,
      name: 'own.bin',
    });
  });

  it('refuses a chunk that is not base64, and keeps the upload', async () => {
    const { uploadId } = await client.firmware.begin({ name: 'own.bin', size: 3 });
    const { error } = await safe(client.firmware.chunk({ uploadId, offset: 0, base64: 'a?==' }));
    expect(error).toMatchObject({ code: 'REFUSED', data: { code: 'BAD_INPUT' } });
    await client.firmware.chunk({ uploadId, offset: 0, base64: 'YWJj' });
    expect((await client.firmware.finish({ uploadId })).length).toBe(3);
  });

  it('says when a message is not held any more', async () => {
    const { error } = await safe(client.traffic.detail({ id: 12_345 }));
    expect(error).toMatchObject({ code: 'REFUSED', data: { code: 'TRAFFIC_GONE' } });
  });

  // What follows needs a transport that something else could use, or end.
  if (connect === direct) return;
  it('survives frames that are none', async () => {
    for (const frame of ['', 'no json', '[]', '{"i":7}', new Uint8Array([255, 0, 255])]) {
      connection.sendRaw?.(frame);
    }
    expect(await client.settings.get()).toMatchObject({ topicRoot: 'vehicle/updates' });
  });

  it('frees everything when the other side goes', async () => {
    await (await client.bench.watch()).next();
    await (await client.traffic.watch({})).next();
    expect(bench.watchers()).toBe(2);
    await connection.close();
    await expect.poll(() => bench.watchers()).toBe(0);
  });

  if (connect !== webSocket) return;
  it('ends the window that sends an oversize frame', async () => {
    await (await client.bench.watch()).next();
    connection.sendRaw?.('x'.repeat(FRAME_LIMIT_BYTES + 1));
    await expect.poll(() => bench.watchers()).toBe(0);
    expect(portOf(await bench.client.settings.get())).toBe(8_883);
  });
});
