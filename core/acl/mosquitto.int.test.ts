import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MosquittoProcess, startMosquitto } from '#core/testing';
import { decide, parseAcl } from './index.ts';

/*
 * The same questions put to us and to a real Mosquitto, by really publishing and subscribing.
 * `probe` may do everything: it writes what others try to read, and reads what they try to write.
 */
const ACL = `# comment
topic open
user probe
topic #
user ann
topic read r/+
topic write w/#
topic both/x
topic deny both/x/y
topic both/#
topic late/#
topic deny late/no
topic read spaced topic
user bob
topic readwrite team
user ann
topic read again
pattern read own/%u/in
pattern write own/%u/out
pattern readwrite id/%c
pattern deny late/yes
pattern deny pat/no
pattern pat/#
pattern r/+/deep
`;
const USERS = ['ann', 'bob'];
const TOPICS = [
  'open',
  'r/x',
  'r/x/deep',
  'r',
  'w/x',
  'w',
  'both/x',
  'both/x/y',
  'both/z',
  'late/no',
  'late/yes',
  'spaced topic',
  'team',
  'again',
  'own/ann/in',
  'own/bob/in',
  'own/ann/out',
  'own/bob/out',
  'id/ann-id',
  'id/bob-id',
  'pat/no',
  'pat/yes',
  'elsewhere',
  '/r/x',
  'r/',
];

let mosquitto: MosquittoProcess;
const clients: MqttClient[] = [];
beforeAll(async () => {
  mosquitto = await startMosquitto({ users: ['probe', ...USERS], acl: ACL });
});
afterAll(async () => {
  for (const client of clients) client.end(true);
  await mosquitto.close();
});

async function connect(user: string, suffix = ''): Promise<MqttClient> {
  const client = await connectAsync(mosquitto.url, {
    username: user,
    password: user,
    clientId: `${user}-id${suffix}`,
    reconnectPeriod: 0,
  });
  clients.push(client);
  return client;
}

/** The topics that reached `receiver` when `sender` published to all, the last being a marker. */
async function passage(sender: MqttClient, receiver: MqttClient): Promise<Set<string>> {
  const got = new Set<string>();
  const end = 'marker';
  await receiver.subscribeAsync(['#', end]);
  const listener = (topic: string): void => {
    got.add(topic);
  };
  receiver.on('message', listener);
  for (const topic of TOPICS) await sender.publishAsync(topic, 'x', { qos: 1 });
  // Mosquitto handles one client's packets in order: its PUBACK for the last means all are out.
  await receiver.unsubscribeAsync('#');
  receiver.off('message', listener);
  return got;
}

describe('decide, beside mosquitto 2.0', () => {
  it.each(USERS)('reads and writes the same topics for %s', async (user) => {
    const rules = parseAcl(ACL);
    const probe = await connect('probe', user);
    const client = await connect(user);
    const ours = (access: 'read' | 'write'): string[] =>
      TOPICS.filter(
        (topic) => decide(rules, { user, clientId: `${user}-id`, access, topic }).allowed,
      ).sort();
    const written = await passage(client, probe);
    expect([...written].sort()).toEqual(ours('write'));
    const read = await passage(probe, client);
    expect([...read].sort()).toEqual(ours('read'));
    // Had nothing arrived at all, both sides would agree too.
    expect(written.size).toBeGreaterThan(2);
    expect(read.size).toBeGreaterThan(2);
  });

  it.each([
    ['allow x', false],
    ['user ann\n  # indented', false],
    ['topic reed a', false],
    ['topic read a/#/b', false],
    ['topic', false],
    ['topic a b', false],
    ['user ann\ntopic read a', true],
    ['# only a comment', true],
  ])('reads %j as a valid list: %s', async (acl, valid) => {
    const start = startMosquitto({ users: ['ann'], acl });
    if (valid) await (await start).close();
    else await expect(start).rejects.toThrow();
    const parse = (): unknown => parseAcl(acl);
    if (valid) expect(parse).not.toThrow();
    else expect(parse).toThrow();
  });

  it('takes and refuses the same odd lines, each a list of its own', async () => {
    const odd = [
      ...['topic  read  x', 'topic read x ', 'topic read x\t', 'topic\tread x', 'topic read\tx'],
      ...[' topic read x', '\ttopic read x', 'topic read x\r', '\r', ' ', '\t', '', '#', '\f'],
      ...['user', 'user ', 'user  ann', 'user ann b ', 'user\tann', 'user ann # no', 'useradd ann'],
      ...['topic', 'topic ', 'topic read', 'topic read ', 'topic x y', 'topic readwrite x y'],
      ...['topic deny', 'topic deny x', 'topic DENY x', 'Topic read x', 'TOPIC x', 'topicread x'],
      ...['topic read x/#', 'topic read x#', 'topic read #/x', 'topic read +x', 'topic read x/+/#'],
      ...['topic read $SYS/#', 'topic read $share/g/x', 'topic /', 'topic //', 'topic read é✓'],
      ...['pattern', 'pattern x', 'pattern read %u', 'pattern read %c/#', 'pattern %u %c'],
      ...['pattern deny %u', 'pattern write %u/%u/%c', 'topic read %u', ' #', 'x', '\ufefftopic x'],
      `topic read ${'a'.repeat(10_000)}`,
      `topic read ${'a/'.repeat(200)}a`,
      `topic read ${'a/'.repeat(201)}a`,
      `topic read ${'a'.repeat(65_535)}`,
      `${' '.repeat(5_000)}topic read x`,
      `# ${'x'.repeat(100_000)}`,
      'user ann\n\n\ntopic read x\nuser ann\ntopic deny x\n',
      'topic read x\ntopic reed x\n',
    ];
    const differences: string[] = [];
    let refused = 0;
    for (const text of odd) {
      const real = await startMosquitto({ users: ['ann'], acl: `${text}\n` }).then(
        async (running) => {
          await running.close();
          return true;
        },
        () => false,
      );
      let ours = true;
      try {
        parseAcl(`${text}\n`);
      } catch (error) {
        ours = false;
        refused += 1;
        expect(error).toMatchObject({
          line: expect.any(Number) as number,
          column: expect.any(Number) as number,
        });
      }
      if (real !== ours) differences.push(`${JSON.stringify(text.slice(0, 60))}: ${String(real)}`);
    }
    expect(differences).toEqual([]);
    expect(refused).toBeGreaterThan(10);
  }, 60_000);
});
