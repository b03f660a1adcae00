import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aCaptured, streamOf, tempDir } from '#core/testing';
import { exportPcapng, type CapturedMessage } from './index.ts';

const missing = spawnSync('tshark', ['--version']).error !== undefined;

async function tshark(
  messages: readonly CapturedMessage[],
  filter: string,
  fields: readonly string[],
): Promise<string[][]> {
  const dir = await tempDir();
  onTestFinished(dir.remove);
  const file = dir.join('traffic.pcapng');
  await pipeline(exportPcapng(streamOf(messages)), createWriteStream(file));
  const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE'];
  const wanted = fields.flatMap((field) => ['-e', field]);
  const args = ['-r', file, ...checks, '-Y', filter, '-T', 'fields', '-E', 'occurrence=a'];
  const output = execFileSync('tshark', [...args, '-E', 'separator=/s', ...wanted], {
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = output.split('\n').slice(0, -1);
  return lines.map((line) => line.split(' '));
}

const WRONG =
  '_ws.malformed || tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || tcp.analysis.flags';

/** Wireshark’s command line reads the file; it is no dependency of the product. */
describe.skipIf(missing)('pcapng, read by tshark', () => {
  it('lists the MQTT packets with their topics, payloads and flags', async () => {
    const messages = [
      aCaptured({ kind: 'connect', topic: '', clientId: 'VIN1' }),
      aCaptured({ kind: 'subscribe', topic: 'vehicle/updates/VIN1/#', clientId: 'VIN1' }),
      aCaptured({ topic: 'a/1', payload: 'one', qos: 0 }),
      aCaptured({ topic: 'a/2', payload: 'two', qos: 1, retain: true, dup: true }),
      aCaptured({ topic: 'ä/\u202E/😀', payload: 'three', qos: 2, clientId: 'other' }),
      aCaptured({ kind: 'disconnect', topic: '', clientId: 'VIN1' }),
    ];
    const publishes = await tshark(messages, 'mqtt.msgtype == 3', [
      'mqtt.topic',
      'mqtt.msg',
      'mqtt.qos',
      'mqtt.retain',
      'mqtt.dupflag',
    ]);
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    expect(publishes.map(([topic]) => topic)).toEqual(['a/1', 'a/2', 'ä/\u202E/😀']);
    expect(publishes.map(([, ...rest]) => rest.join(' '))).toEqual([
      `${hex('one')} 0 0 0`,
      `${hex('two')} 1 1 1`,
      `${hex('three')} 2 0 0`,
    ]);
    const others = await tshark(messages, 'mqtt.msgtype != 3', ['mqtt.msgtype', 'mqtt.clientid']);
    expect(others.map(([type]) => type)).toEqual(['1', '2', '8', '1', '2', '1', '2', '14']);
    expect(others.map(([, id]) => id).filter(Boolean)).toEqual(['VIN1', 'ota-backend', 'other']);
    expect(await tshark(messages, WRONG, ['frame.number'])).toEqual([]);
  });

  it.each([20_000, 70_000, 262_144, 2_097_152])(
    'puts a payload of %i bytes together again',
    async (size) => {
      const payload = Buffer.alloc(size, 'payload ');
      const messages = [
        aCaptured({ topic: 'big', payload }),
        aCaptured({ topic: 'next', payload: 'x' }),
      ];
      const rows = await tshark(messages, 'mqtt.msgtype == 3', ['mqtt.topic', 'mqtt.msg']);
      expect(rows.map(([topic]) => topic)).toEqual(['big', 'next']);
      expect(rows[0]![1] === payload.toString('hex')).toBe(true);
      expect(await tshark(messages, WRONG, ['frame.number'])).toEqual([]);
    },
  );

  it('is MQTT 5 where a message has properties, and keeps them', async () => {
    const messages = [
      aCaptured({ topic: 'old' }),
      aCaptured({
        topic: 'new',
        properties: {
          payloadFormat: 'text',
          expirySeconds: 60,
          contentType: 'application/json',
          responseTopic: 'answers/here',
          correlationData: new Uint8Array([1, 2, 3]),
          subscriptionIds: [5],
          user: [
            ['k', 'v1'],
            ['k', 'v2'],
          ],
        },
      }),
      aCaptured({ topic: 'after' }),
    ];
    const rows = await tshark(messages, 'mqtt.msgtype == 3', [
      'mqtt.topic',
      'mqtt.prop_number',
      'mqtt.property.content_type',
      'mqtt.prop_key',
      'mqtt.prop_value',
      'mqtt.prop_string',
    ]);
    expect(rows.map(([topic]) => topic)).toEqual(['old', 'new', 'after']);
    const [, ...properties] = rows[1]!;
    expect(properties.slice(0, 4)).toEqual(['1,60,5', 'application/json', 'k,k', 'v1,v2']);
    expect(properties[4]).toContain('answers/here');
    expect(await tshark(messages, WRONG, ['frame.number'])).toEqual([]);
  });

  it('shows in the comment what no packet can say', async () => {
    const messages = [aCaptured({ kind: 'subscribe', detail: 'as_the_list_says', aclLine: 12 })];
    const rows = await tshark(messages, 'mqtt.msgtype == 8', ['frame.comment']);
    expect(rows.map((row) => row.join(' '))).toEqual([
      'broker tap · as_the_list_says · ACL line 12',
    ]);
  });
});
