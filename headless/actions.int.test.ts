import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { type Ended, runHere } from './testing/run-cli.ts';

const VIN = 'VIN1234567890';

let folder: TempDir;
const on = (...words: string[]): Promise<Ended> =>
  runHere(...words, '--workspace', folder.join('w'), '--json');
const last = ({ lines }: Ended): Record<string, unknown> => lines.at(-1) ?? {};

beforeAll(async () => {
  folder = await tempDir();
});
afterAll(() => folder.remove());

/** One workspace, as a person goes on with it from command to command. */
describe('what the window does, on the command line', () => {
  it('changes settings, all of them or none, and never takes what they are not', async () => {
    const set = await on('settings', 'set', 'listeners.tls.port=0', 'transport=blocks');
    expect([set.code, last(set)['settings']]).toEqual([
      0,
      expect.objectContaining({ transport: 'blocks' }),
    ]);
    const refused = await on('settings', 'set', 'backendPort=0', 'algorithm=MD5');
    expect([refused.code, last(refused)['code']]).toEqual([2, 'BAD_ARGUMENT']);
    const got = await on('settings', 'get');
    expect(last(got)['settings']).toMatchObject({ transport: 'blocks', algorithm: 'EdDSA' });
    const bare = await on('settings', 'password', '--user', 'backend');
    expect([bare.code, last(bare)['code']]).toEqual([2, 'BAD_ARGUMENT']);
  });

  it('simulates a vehicle, changes what it stands in, and forgets it', async () => {
    expect(last(await on('vehicle', 'add', 'CAR1')).vin).toBe('CAR1');
    const again = await on('vehicle', 'add', 'CAR1');
    expect([again.code, last(again)['code']]).toEqual([3, 'VEHICLE_KNOWN']);
    const given = ['--supply', '11900', '--parked', 'no', '--temperature', '-20'];
    const stood = await on('vehicle', 'conditions', 'CAR1', ...given);
    expect(last(stood)).toMatchObject({
      ...{ supplyMillivolts: 11_900, parked: false, temperatureCelsius: -20 },
    });
    const listed = await on('vehicle', 'list');
    expect(listed.lines.map(({ vin }) => vin)).toContain('CAR1');
    expect((await on('vehicle', 'conditions', 'CAR1', '--supply', '1e3')).code).toBe(2);
    await writeFile(folder.join('my-car.json'), '{"title":');
    const broken = await on('vehicle', 'profile', folder.join('my-car.json'));
    expect([broken.code, last(broken)['event']]).toEqual([3, 'refused']);
    expect((await on('vehicle', 'remove', 'CAR1')).code).toBe(0);
    expect(last(await on('vehicle', 'remove', 'CAR1'))['code']).toBe('VEHICLE_UNKNOWN');
  });

  it('keeps a connection, describes it anew, and sends over the own broker what it keeps', async () => {
    const url = ['--url', 'mqtt://127.0.0.1:1', '--mqtt5'];
    const added = await on('connection', 'add', 'plant 1', ...url, '--subscribe', '1:a/#');
    expect(last(added)).toMatchObject({ protocol: 5, subscriptions: [{ filter: 'a/#', qos: 1 }] });
    const edited = await on(
      'connection',
      'edit',
      'plant 1',
      ...url,
      '--name',
      'line',
      '--production',
    );
    expect(last(edited)).toMatchObject({ name: 'line', production: true, subscriptions: [] });
    const unknown = await on('connection', 'remove', 'plant 1');
    expect([unknown.code, last(unknown)['code']]).toEqual([3, 'CONNECTION_UNKNOWN']);
    expect((await on('connection', 'remove', 'line')).code).toBe(0);

    const own = ['--connection', 'own'];
    const topic = ['--topic', `vehicle/updates/{{who}}/command`, '--set', `who=${VIN}`];
    const sent = await on('send', ...own, ...topic, '--payload', '{"a":"ü"}', '--retain');
    expect(last(sent)).toMatchObject({ topic: `vehicle/updates/${VIN}/command`, retain: true });
    const there = await on('retained', 'list', ...own, 'vehicle/updates/#');
    expect(there.lines).toContainEqual(
      expect.objectContaining({ event: 'retained', preview: '{"a":"ü"}' }),
    );
    const filter = ['retained', 'delete', 'vehicle/updates/#', ...own, '--expect'];
    const other = await on(...filter, 'f'.repeat(64));
    expect(last(other)['code']).toBe('RETAINED_CHANGED');
    const gone = await on(...filter, String(last(there)['digest']));
    expect(last(gone)).toMatchObject({ event: 'deleted', deleted: 1, failed: 0 });
  });
});

describe('ota-bench update and report', () => {
  let updateId: string;
  let reportId: string;

  it('writes a report about an update of before, once, and lists it', async () => {
    const demo = await on('demo', '--ecu-speed', 'full');
    updateId = String(last(demo)['updateId']);
    const listed = await on('update', 'list', '--tls-port', '0');
    expect(listed.lines.find((line) => line['updateId'] === updateId)).toMatchObject({
      update: 'completed',
    });
    const unknown = await on('update', 'cancel', 'no-such', '--tls-port', '0');
    expect(last(unknown)['code']).toBe('UPDATE_UNKNOWN');

    const work = ['--operator', 'Jörg "J" $HOME', '--purpose', 'recall 7'];
    const created = await on('report', 'create', updateId, ...work, '--order', 'W-1');
    expect(created.code).toBe(0);
    reportId = String(last(created)['reportId']);
    expect((await on('report', 'create', updateId, '--operator', 'x')).code).toBe(2);
    const found = await on('report', 'list', '--vin', VIN, '--text', 'recall 7');
    expect(found.lines).toMatchObject([{ reportId, operator: 'Jörg "J" $HOME', order: 'W-1' }]);
    expect((await on('report', 'finish', 'no-such')).code).toBe(3);
  }, 90_000);

  it('hands out what was signed and a page of it, and never replaces a file unasked', async () => {
    const json = folder.join('r.json');
    const to = ['report', 'export', reportId, '--output', json];
    expect(last(await on(...to))).toMatchObject({ event: 'file', path: json });
    const again = await on(...to);
    expect([again.code, last(again)['code']]).toEqual([3, 'FILE_EXISTS']);
    const page = ['--format', 'html', '--language', 'de', '--output', folder.join('r.html')];
    expect((await on('report', 'export', reportId, ...page)).code).toBe(0);
  });

  it('tells a report that was changed by one character, one that is none, and one that is not there', async () => {
    const text = await readFile(folder.join('r.json'), 'utf8');
    await writeFile(folder.join('changed.json'), text.replace('W-1', 'W-2'));
    await writeFile(folder.join('other.json'), 'no report');
    const verify = (...words: string[]): Promise<Ended> =>
      runHere('report', 'verify', ...words, '--json');
    const whole = await verify(folder.join('r.json'), folder.join('r.html'));
    expect(whole.code).toBe(0);
    expect(whole.lines).toMatchObject([
      { event: 'report_verified', verdict: 'unknown_key', reportId, vin: VIN },
      { event: 'report_verified', verdict: 'unknown_key', reportId, vin: VIN },
    ]);
    const { fingerprint } = whole.lines[0]?.['key'] as { fingerprint: string };
    const known = await verify(folder.join('r.json'), '--fingerprint', fingerprint);
    expect(last(known)).toMatchObject({ verdict: 'trusted', trust: 'given' });
    for (const [file, code] of [
      ['changed.json', 'SIGNATURE_INVALID'],
      ['other.json', 'MALFORMED_JSON'],
    ] as const) {
      const bad = await verify(folder.join('r.json'), folder.join(file));
      expect([bad.code, last(bad)['verdict']], file).toEqual([3, 'refused']);
      expect(last(bad)['failures'], file).toEqual([expect.objectContaining({ code })]);
    }
    const away = await verify(folder.join('not-there.json'));
    expect([away.code, last(away)['code']]).toEqual([2, 'FILE_UNREADABLE']);
    const mistyped = await verify(folder.join('r.json'), '--fingerprint', 'xyz');
    expect(mistyped.code).toBe(2);
    expect((await verify()).code).toBe(2);
  });

  it('starts the capture anew', async () => {
    const cleared = await on('clear');
    expect(Number(last(cleared)['messages'])).toBeGreaterThan(0);
    expect(last(await on('query'))).toMatchObject({ event: 'end', messages: 0 });
  });
});
