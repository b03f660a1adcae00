/** A plain HTTPS server with the backend's kind of TLS (mutual, P-256), which serves one file. */
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

const [dir = '', image = ''] = process.argv.slice(2);
const [key, cert, ca] = await Promise.all(
  ['server.key', 'server.crt', 'ca.crt'].map((name) => readFile(join(dir, name))),
);
const { size } = statSync(image);
const options = {
  key: key ?? '',
  cert: cert ?? '',
  ca: ca ?? '',
  requestCert: true,
  rejectUnauthorized: true,
};
const server = createServer({ ...options, minVersion: 'TLSv1.2' }, (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  pipeline(createReadStream(image, { highWaterMark: 1_048_576 }), response, () => undefined);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once('SIGTERM', () => process.exit(0));
