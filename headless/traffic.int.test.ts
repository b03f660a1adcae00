import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { type Link, openLink } from '#core/link';
import { type MosquittoProcess, startMosquitto, tempDir, type TempDir } from '#core/testing';
import { type Ended, runCli, runHere } from './testing/run-cli.ts';

let folder: TempDir;
let mosquitto: MosquittoProcess;
let link: Link;
beforeEach(async () => {
  folder = await tempDir();
  mosquitto = await startMosquitto({ acl: 'topic readwrite #\n' });
  const { url } = mosquitto;
  link = openLink({ url, clientId: 'somebody', clock: systemClock, log: silentLog, clean: true });
  await link.whenUp();
});
afterEach(async () => {
  await link.close();
  await mosquitto.close();
  await folder.remove();
});

const workspace = (): string[] => ['--workspace', folder.join('w'), '--vault', 'session', '--json'];
const run = (...args: string[]): Promise<Ended> => runHere(...args, ...workspace());

/** Ten messages, recorded until the process is stopped. */
async function recorded(): Promise<Ended> {
  const recording = runCli(
    ...['record', '--broker', mosquitto.url, '--filter', 'car/#', ...workspace()],
  );
  await recording.line(({ event }) => event === 'recording');
  // Whoever is connected may be subscribed a moment later.
  const seen = link.subscribe('car/#', 1);
  await seen;
  for (let n = 0; n < 10; n += 1) {
    const payload = Buffer.from(`{"n":${n},"volts":${12 + n / 10}}`);
    await link.publish(`car/V${n}/volts`, payload, { qos: 1, retain: false });
  }
  recording.child.kill('SIGINT');
  return recording.ended;
}

it('records an outside broker, lists, counts and exports it, and plays it again', async () => {
  const ended = await recorded();
  expect(ended.code).toBe(130);
  expect(ended.lines.find(({ event }) => event === 'recorded')).toMatchObject({
    dropped: 0,
  });

  const queried = await run('query', '--filter', 'car/+/volts', '--limit', '3');
  expect(queried.code, queried.stderr).toBe(0);
  const messages = queried.lines.filter(({ event }) => event === 'message');
  expect(messages.map(({ topic }) => topic)).toEqual([7, 8, 9].map((n) => `car/V${n}/volts`));
  const counted = await run('query', '--text', '"n":4', '--count');
  expect(counted.lines.find(({ event }) => event === 'counted')).toMatchObject({ found: 1 });

  const file = folder.join('car.ndjson');
  const exported = await run('export', '--output', file, '--filter', 'car/#');
  expect(exported.code, exported.stderr).toBe(0);
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(11);
  expect(JSON.parse(lines[1]!)).toMatchObject({
    topic: 'car/V0/volts',
    text: '{"n":0,"volts":12}',
  });
  const again = await run('export', '--output', file);
  expect(again.lines.at(-1)).toMatchObject({ event: 'refused', code: 'FILE_EXISTS' });

  // What cannot be made leaves what is there.
  const before = await readFile(file, 'utf8');
  const failed = await run('export', '--output', file, '--force', '--regex', '(');
  expect(failed.lines.at(-1)).toMatchObject({ event: 'refused', code: 'REGEX_SYNTAX' });
  expect(await readFile(file, 'utf8')).toBe(before);

  const heard: string[] = [];
  link.onMessage(({ topic, payload }) => {
    heard.push(`${topic} ${Buffer.from(payload).toString()}`);
  });
  await link.subscribe('again/#', 1);
  heard.length = 0;
  const replayed = await run(
    ...['replay', '--broker', mosquitto.url, '--speed', 'max', '--filter', 'car/#'],
    ...['--rewrite', 'car/+/volts=again/{1}'],
  );
  expect(replayed.code, replayed.stderr).toBe(0);
  expect(replayed.lines.at(-1)).toMatchObject({ event: 'end', outcome: 'finished', sent: 10 });
  expect(heard).toEqual(
    Array.from({ length: 10 }, (_, n) => `again/V${n} {"n":${n},"volts":${12 + n / 10}}`),
  );
});

it('imports what it exported, names the line where a file is cut, and selects by every condition', async () => {
  await recorded();
  const file = folder.join('car.ndjson');
  await run('export', '--output', file, '--filter', 'car/#');
  const whole = await readFile(file);
  const imported = await run('import', file);
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.lines.at(-1)).toMatchObject({
    ...{ event: 'imported', source: 'import:car.ndjson', messages: 10, bad: 0 },
  });
  const cut = folder.join('cut.ndjson');
  await writeFile(cut, whole.subarray(0, whole.length - 20));
  const partly = await run('import', cut);
  expect(partly.code).toBe(3);
  expect(partly.lines.find(({ event }) => event === 'left_out')).toMatchObject({
    ...{ line: 11, code: 'LINE_CUT' },
  });
  expect(partly.lines.at(-1)).toMatchObject({ event: 'imported', messages: 9, bad: 1 });

  const counted = async (...which: string[]): Promise<unknown> =>
    (await run('query', '--count', ...which)).lines.find(({ event }) => event === 'counted')?.[
      'found'
    ];
  expect(await counted('--source', 'import:cut.ndjson')).toBe(9);
  const car = ['--source', 'import:car.ndjson', '--qos', '1', '--no-retained', '--direction', 'in'];
  const narrow = ['--max-size', '1k', '--regex', 'VOLTS":12\\.[0-4]', '--ignore-case'];
  expect(await counted(...car, ...narrow)).toBe(4);
  expect(await counted(...car, '--verdict', 'valid')).toBe(0);
});

it('tells the story of a demo that ran in the workspace', async () => {
  const demo = await run('demo', '--ecu-speed', 'full', '--tls-port', '0');
  expect(demo.code, demo.stderr).toBe(0);
  const { updateId } = demo.lines.at(-1)!;
  const all = await run('timeline');
  expect(all.lines.find(({ event }) => event === 'update')).toMatchObject({ updateId });
  const story = await run('timeline', String(updateId));
  const steps = story.lines.filter(({ event }) => event === 'entry').map(({ step }) => step);
  expect(steps[0]).toBe('issue');
  expect(steps).toContain('result');
  expect(story.lines.some(({ event }) => event === 'latency')).toBe(true);
});

it.each([
  [['query', '--filter', 'a/#/b'], 'FILTER_SYNTAX', 2],
  [['query', '--regex', '('], 'REGEX_SYNTAX', 2],
  [['query', '--since', 'yesterday'], 'BAD_ARGUMENT', 2],
  [['query', '--qos', '3'], 'BAD_ARGUMENT', 2],
  [['query', '--verdict', 'fine'], 'BAD_ARGUMENT', 2],
  [['query', '--min-size', 'large'], 'BAD_ARGUMENT', 2],
  [['import', '/nowhere/at/all.ndjson'], 'FILE_UNREADABLE', 2],
  [['import', 'package.json'], 'NOT_A_CAPTURE', 3],
  [['replay', '--speed', '0', '--broker', 'mqtt://127.0.0.1:9'], 'BAD_ARGUMENT', 2],
  [['replay'], 'BAD_ARGUMENT', 2],
  [['record', '--broker', 'mqtt://127.0.0.1:9'], 'CONNECTION_REFUSED', 4],
  [['timeline', 'nothing'], 'UPDATE_UNKNOWN', 3],
])('refuses %j', async (args, code, exit) => {
  const ended = await run(...args);
  expect(ended.lines.find(({ event }) => event === 'refused')).toMatchObject({ code });
  expect(ended.code).toBe(exit);
});
