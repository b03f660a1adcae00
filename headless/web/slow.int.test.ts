import { mkdir, writeFile } from 'node:fs/promises';
import { type Socket, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BenchRouter } from '#core/bench';
import { silentLog, systemRandom } from '#core/ports';
import { tempDir, type TempDir } from '#core/testing';
import { startWebHost, type WebHost } from './host.ts';

/* Connections that hold a place and give nothing for it. None of them gets as far as the bench. */

let folder: TempDir;
let host: WebHost;
beforeEach(async () => {
  folder = await tempDir();
  await mkdir(folder.join('window'));
  await writeFile(folder.join('window', 'index.html'), '<title>bench</title>');
  const router = {} as BenchRouter;
  const root = folder.join('window');
  host = await startWebHost({ router, root, port: 0, random: systemRandom, log: silentLog });
});
afterEach(async () => {
  await host.close();
  await folder.remove();
});

const open = (halfOpen = false): Socket =>
  connect({ port: host.port, host: '127.0.0.1', allowHalfOpen: halfOpen });

/** What came before the host hung up. */
const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (piece) => (text += piece.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });

async function get(): Promise<string> {
  const socket = open();
  const answer = heard(socket);
  socket.write(`GET / HTTP/1.1\r\nhost: 127.0.0.1:${host.port}\r\nconnection: close\r\n\r\n`);
  return answer;
}

/** One byte now and then, for as long as anybody listens. */
async function dribbled(start: string, piece: string): Promise<string> {
  const socket = open();
  const answer = heard(socket);
  socket.write(start);
  const dribble = setInterval(() => socket.write(piece), 200);
  const text = await answer;
  clearInterval(dribble);
  return text;
}

describe('a connection that', () => {
  it('says nothing, or dribbles header, body or WebSocket handshake, is ended in time', async () => {
    const name = `127.0.0.1:${host.port}`;
    const silent = heard(open());
    const header = dribbled(`GET / HTTP/1.1\r\nhost: ${name}\r\nx: `, 'a');
    const upgrade = dribbled(
      `GET /rpc HTTP/1.1\r\nhost: ${name}\r\nconnection: upgrade\r\nupgrade: websocket\r\nx: `,
      'a',
    );
    const body = dribbled(
      `POST /session HTTP/1.1\r\nhost: ${name}\r\norigin: http://${name}\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"token":"`,
      'a',
    );
    // Meanwhile others are served.
    expect(await get()).toContain('<title>bench</title>');
    expect(await silent).toMatch(/^$|408/);
    expect(await header).toContain('408');
    expect(await upgrade).toContain('408');
    expect(await body).toMatch(/^$|408/);
  }, 20_000);

  it('is one too many is turned away, and the next is served when one has gone', async () => {
    const crowd = Array.from({ length: 128 }, () => open());
    await Promise.all(
      crowd.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    );
    expect(await get()).toBe('');
    const gone = heard(crowd[0]!.resume());
    crowd[0]!.end();
    await gone;
    expect(await get()).toContain('<title>bench</title>');
    for (const socket of crowd) socket.destroy();
  });

  it('was refused a WebSocket and never closes keeps no place', async () => {
    const socket = open(true);
    const answer = heard(socket);
    const chatter = setInterval(() => socket.write('x'), 10);
    socket.write('GET /rpc HTTP/1.1\r\nhost: evil.example\r\nconnection: upgrade\r\n');
    socket.write('upgrade: websocket\r\nsec-websocket-key: a\r\nsec-websocket-version: 13\r\n\r\n');
    expect(await answer).toContain('421');
    clearInterval(chatter);
  });

  it('sends more header or body than there is any use for is told so', async () => {
    const name = `127.0.0.1:${host.port}`;
    const long = open();
    const header = heard(long);
    long.write(`GET / HTTP/1.1\r\nhost: ${name}\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(await header).toContain('431');
    const fat = open();
    const body = heard(fat);
    fat.write(
      `POST /session HTTP/1.1\r\nhost: ${name}\r\norigin: http://${name}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n`,
    );
    expect(await body).toContain('413');
  });
});
