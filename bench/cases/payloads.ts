import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectAsync } from 'mqtt';
import { systemClock } from '#core/ports';
import { startMosquitto, withBrokers } from '../brokers/start.ts';
import { run, runOtaBench } from '../processes.ts';
import { within, type Case, type Result } from '../result.ts';

const SIZES = [
  { name: '20 kB', bytes: 20_000 },
  { name: '256 kB', bytes: 256_000 },
  { name: '2 MiB', bytes: 2 * 1_048_576 },
] as const;
/** Of each size, so that a batch holds several and a queue fills. */
const EACH = 20;
const TOPIC = 'payloads/exact';
const RECORD_SECONDS = 20;
const SUBSCRIBED_MS = 1_000;

export const payloads: Case = {
  name: 'payloads',
  summary: 'payloads of 20 kB, 256 kB and 2 MiB through capture and export, hashes compared',
  run: ({ dir, note }) =>
    withBrokers(dir, [startMosquitto], async ([broker]) => {
      if (broker === undefined) throw new Error('mosquitto is not installed');
      const workspace = join(dir, 'workspace');
      const peer = received(broker.port, SIZES.length * EACH);
      const sent: string[] = [];
      const sending: Promise<void>[] = [];
      const url = `mqtt://127.0.0.1:${String(broker.port)}`;
      note(`${String(EACH)} random payloads of each size`);
      await runOtaBench(
        [
          ...['record', '--broker', url, '--filter', TOPIC, '--workspace', workspace],
          ...['--vault', 'session', '--for', String(RECORD_SECONDS)],
        ],
        ({ event }) => {
          if (event === 'recording') sending.push(send(url, sent));
        },
      );
      await Promise.all(sending);
      const file = join(dir, 'payloads.ndjson');
      await runOtaBench(
        [
          ...['export', '--filter', TOPIC, '--output', file, '--workspace', workspace],
          ...['--vault', 'session'],
        ],
        () => undefined,
      );
      return judge(sent, await hashesIn(file), await peer);
    }),
};

/** Publishes one after the other; their hashes in `sent`, in this order. */
async function send(url: string, sent: string[]): Promise<void> {
  const client = await connectAsync(url);
  // Both who listen have connected; their subscriptions may still be under way.
  await systemClock.sleep(SUBSCRIBED_MS);
  for (let n = 0; n < EACH; n += 1) {
    for (const { bytes } of SIZES) {
      const payload = randomBytes(bytes);
      sent.push(sha256(payload));
      await client.publishAsync(TOPIC, payload, { qos: 1 });
    }
  }
  await client.endAsync();
}

/** mosquitto_sub, until `count` messages came: what their hashes are. */
async function received(port: number, count: number): Promise<string[]> {
  const from = ['-h', '127.0.0.1', '-p', String(port), '-t', TOPIC, '-q', '1'];
  const until = ['-C', String(count), '-W', String(RECORD_SECONDS * 2), '-F', '%x'];
  const hex = await run('mosquitto_sub', [...from, ...until]);
  return hex
    .trim()
    .split('\n')
    .map((line) => sha256(Buffer.from(line, 'hex')));
}

async function hashesIn(file: string): Promise<string[]> {
  const hashes: string[] = [];
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = JSON.parse(text) as { topic?: string; payload?: string };
    if (line.topic !== TOPIC) continue;
    hashes.push(sha256(Buffer.from(line.payload ?? '', 'base64')));
  }
  return hashes;
}

function judge(
  sent: readonly string[],
  ours: readonly string[],
  peer: readonly string[],
): Result[] {
  return SIZES.map(({ name }, size): Result => {
    const mine = (_: string, n: number): boolean => n % SIZES.length === size;
    const exact = (got: readonly string[]): number =>
      sent.filter((hash, n) => mine(hash, n) && got[n] === hash).length;
    return {
      what: `payloads of ${name} whose SHA-256 is the same after capture and export, of ${String(EACH)}; peer mosquitto_sub`,
      ours: String(exact(ours)),
      peer: String(exact(peer)),
      ratio: '',
      budget: 'all',
      verdict: within(exact(ours) === EACH && ours.length === sent.length),
    };
  });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
