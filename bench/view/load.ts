/**
 * Process of the view run: publishes JSON at a fixed rate to a broker, QoS 0, over a number of
 * topics. Each message says when it was sent, so that whoever shows it shows how late it is.
 * Answers `{ sent, tookMs }` at its end.
 */
import { connect, type Socket } from 'node:net';
import { systemClock } from '#core/ports';

const PAYLOAD_BYTES = 180;
/** Ten digits from the first message on, so that a template keeps its length. */
const FIRST_SEQ = 1_000_000_000;
const TICK_MS = 2;

const [port = '0', rate = '0', forSeconds = '0', topics = '0'] = process.argv.slice(2);
const perSecond = Number(rate);
const total = perSecond * Number(forSeconds);
const templates = Array.from({ length: Number(topics) }, (_, n) => templateOf(n));
const socket = await openSocket(Number(port));
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const start = performance.now();
let sent = 0;
while (sent < total) {
  const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * perSecond));
  const parts: Buffer[] = [];
  for (const now = Date.now(); sent < due; sent += 1) parts.push(packetOf(sent, now));
  // A broker that does not read holds the load up: then less is sent, and counted so.
  if (parts.length > 0 && !socket.write(Buffer.concat(parts))) await drained();
  await systemClock.sleep(TICK_MS);
}
const tookMs = performance.now() - start;
await new Promise<void>((resolve) => socket.end(Buffer.from([0xe0, 0]), resolve));
process.send?.({ sent, tookMs }, () => process.exit(0));

type Template = { readonly bytes: Buffer; readonly seqAt: number; readonly sentAt: number };

function templateOf(n: number): Template {
  const vin = `BENCHVIN${String(n).padStart(9, '0')}`;
  const topic = Buffer.from(`vehicle/updates/${vin}/progress`);
  const head = `{"vin":"${vin}","seq":${String(FIRST_SEQ)},"sent":${String(Date.now())},"progress":42,"status":"downloading","note":"`;
  const payload = Buffer.from(`${head.padEnd(PAYLOAD_BYTES - 2, 'abcdefghij klmnop')}"}`);
  const length = 2 + topic.length + payload.length;
  // MQTT-2.2.3: the remaining length in two bytes of seven bits.
  const header = [0x30, (length & 0x7f) | 0x80, length >> 7, topic.length >> 8, topic.length & 255];
  const bytes = Buffer.concat([Buffer.from(header), topic, payload]);
  const after = (name: string): number => bytes.indexOf(`"${name}":`) + name.length + 3;
  return { bytes, seqAt: after('seq'), sentAt: after('sent') };
}

function packetOf(n: number, now: number): Buffer {
  const { bytes, seqAt, sentAt } = templates[n % templates.length] ?? templateOf(0);
  const packet = Buffer.from(bytes);
  packet.write(String(FIRST_SEQ + n), seqAt, 'latin1');
  packet.write(String(now), sentAt, 'latin1');
  return packet;
}

function drained(): Promise<void> {
  return new Promise((resolve) => socket.once('drain', resolve));
}

/** Connected, and the broker said yes. */
function openSocket(to: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const opened = connect({ port: to, host: '127.0.0.1', noDelay: true });
    opened.once('error', reject);
    const id = Buffer.from('load');
    // MQTT 3.1.1, clean session, no keep-alive.
    const head = [0x10, 12 + id.length, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0, 0, id.length];
    opened.write(Buffer.concat([Buffer.from(head), id]));
    opened.once('data', (answer) => {
      if (answer[0] === 0x20 && answer[3] === 0) resolve(opened);
      else reject(new Error(`the broker refused the load: ${answer.toString('hex')}`));
    });
  });
}
