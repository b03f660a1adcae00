import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createBenchCa } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';

/** How the next answers of the image route misbehave; the default is to behave. */
export type FirmwareFaults = {
  /** Cut the connection after this many bytes of each answer. */
  cutAfter?: number;
  /** Answer 200 with everything to a Range. */
  ignoreRange?: boolean;
  /** Send these bytes instead of the image, without announcing a length. */
  instead?: Uint8Array;
  /** Answer this status and nothing else. */
  status?: number;
  /** The validator, when it is not the hash. */
  etag?: string;
  /** Wait before each 64 KiB, ms. */
  delayMs?: number;
};

/** A backend API of the test's own: mutual TLS, Range, and every way of going wrong. */
export type FirmwareServer = {
  readonly url: string;
  readonly tls: { ca: string; cert: string; key: string };
  /** What the DCU asked for, oldest first. */
  readonly requests: { method: string; path: string; range: string | null; body: string }[];
  put(image: Uint8Array, sha256: string): void;
  faults: FirmwareFaults;
  /** Status of verify and of the two notifications. */
  answers: { verify: { status: number; body: object }; notify: number };
  hangUp(): void;
  close(): Promise<void>;
};

export async function startFirmwareServer(vin: string): Promise<FirmwareServer> {
  const ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'test CA' });
  const own = await ca.issue({ kind: 'server', cn: 'backend', hosts: ['127.0.0.1'] });
  const client = await ca.issue({ kind: 'client', cn: vin });
  const images = new Map<string, Uint8Array>();
  const sockets = new Set<Socket>();
  const server = createServer(
    { key: own.keyPem, cert: own.certPem, ca: ca.certPem, requestCert: true },
    (request, response) => {
      void answer(request, response);
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const { method = '', url: path = '' } = request;
    const { range = null } = request.headers;
    self.requests.push({ method, path, range, body: Buffer.concat(parts).toString() });
    if (method === 'POST') {
      const verify = path.startsWith('/updates/');
      response.statusCode = verify ? self.answers.verify.status : self.answers.notify;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(verify ? self.answers.verify.body : { stored: true, id: 1 }));
      return;
    }
    await sendImage(path.slice('/artifacts/'.length), range, request, response);
  };

  const sendImage = async (
    sha256: string,
    range: string | null,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { status, instead, ignoreRange, cutAfter, delayMs } = self.faults;
    const image = instead ?? images.get(sha256);
    if (status !== undefined || image === undefined) {
      response.writeHead(status ?? 404).end();
      return;
    }
    const etag = self.faults.etag ?? `"${sha256}"`;
    const ifRange = request.headers['if-range'];
    const from =
      range === null || ignoreRange === true || (ifRange !== undefined && ifRange !== etag)
        ? null
        : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
    response.setHeader('etag', etag);
    if (from !== null) {
      response.statusCode = 206;
      response.setHeader('content-range', `bytes ${from}-${image.length - 1}/${image.length}`);
    }
    const bytes = image.subarray(from ?? 0);
    if (instead === undefined) response.setHeader('content-length', bytes.length);
    const end = Math.min(bytes.length, cutAfter ?? bytes.length);
    for (let at = 0; at < end && !response.destroyed; at += 65_536) {
      if (delayMs !== undefined) await systemClock.sleep(delayMs);
      const part = bytes.subarray(at, Math.min(at + 65_536, end));
      await new Promise((resolve) => response.write(part, resolve));
    }
    if (end < bytes.length) response.destroy();
    else response.end();
  };

  const self: FirmwareServer = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tls: { ca: ca.certPem, cert: client.certPem, key: client.keyPem },
    requests: [],
    put: (image, sha256) => images.set(sha256, image),
    faults: {},
    answers: { verify: { status: 200, body: { verified: true } }, notify: 200 },
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      self.hangUp();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}
