import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fixedClock, tempDir, type FixedClock, type TempDir } from '#core/testing';
import { openRecorder, type Recorder, type RecorderOptions, type TrafficEvent } from './index.ts';

let dir: TempDir;
let clock: FixedClock;
// Threads begin slowly where everything else runs at the same time.
vi.setConfig({ testTimeout: 20_000 });

beforeEach(async () => {
  dir = await tempDir();
  onTestFinished(dir.remove);
  clock = fixedClock();
});

async function opened(options: Partial<RecorderOptions> = {}): Promise<Recorder> {
  const recorder = await openRecorder({ file: dir.join('traffic.db'), clock, ...options });
  onTestFinished(() => recorder.close());
  return recorder;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function aPublish(topic: string, payload: string | Uint8Array = '{}'): TrafficEvent {
  const data = typeof payload === 'string' ? bytes(payload) : payload;
  return { kind: 'publish', at: clock.now(), clientId: 'a', topic, payload: data, qos: 1 };
}

describe('a file that cannot be used', () => {
  it.each([
    ['damaged', () => Buffer.from('SQLite format 3\u0000'.padEnd(9_000, 'garbage'))],
    ['no database', () => Buffer.from('hello '.repeat(1_000))],
  ])('%s: is kept aside as it is, and a new one begun', async (_, content) => {
    const file = dir.join('traffic.db');
    writeFileSync(file, content());
    const recorder = await opened();
    const aside = `${file}.corrupt-20260102T030405Z`;
    expect(readFileSync(aside).equals(content())).toBe(true);
    expect(recorder.notices()).toMatchObject([
      { code: 'CAPTURE_DAMAGED', reason: expect.stringContaining(aside) as unknown },
    ]);
    recorder.add(aPublish('t'));
    await recorder.flush();
    expect(recorder.counts().captured).toBe(1);
  });

  it('of another program: is kept aside', async () => {
    const other = new DatabaseSync(dir.join('traffic.db'));
    other.exec('CREATE TABLE precious (n); INSERT INTO precious VALUES (42)');
    other.close();
    const recorder = await opened();
    expect(recorder.notices()).toHaveLength(1);
    const aside = readdirSync(dir.path).find((name) => name.includes('corrupt'))!;
    const kept = new DatabaseSync(dir.join(aside), { readOnly: true });
    expect(kept.prepare('SELECT n FROM precious').get()).toEqual({ n: 42 });
    kept.close();
  });

  it('of a newer version: is refused and not touched', async () => {
    await (await opened()).close();
    const file = dir.join('traffic.db');
    const db = new DatabaseSync(file);
    db.exec(`UPDATE migration SET version = 99; PRAGMA journal_mode = DELETE`);
    db.close();
    const before = readFileSync(file);
    await expect(opened()).rejects.toMatchObject({ code: 'CAPTURE_NEWER' });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dir.path).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('where no file can be: says so by code', async () => {
    await expect(opened({ file: dir.join('none', 'traffic.db') })).rejects.toMatchObject({
      code: 'CAPTURE_UNUSABLE',
    });
    await expect(opened({ file: dir.path })).rejects.toMatchObject({ code: 'CAPTURE_UNUSABLE' });
    await expect(opened({ file: 'traffic.db' })).rejects.toMatchObject({
      code: 'CAPTURE_UNUSABLE',
    });
    expect(existsSync(dir.join('none'))).toBe(false);
  });

  it('tells a message whose stored bytes were changed', async () => {
    const recorder = await opened();
    recorder.add(aPublish('t', 'the truth'));
    await recorder.close();
    const db = new DatabaseSync(dir.join('traffic.db'));
    db.prepare('UPDATE body SET data = ?').run(bytes('the tooth'));
    db.close();
    const again = await opened();
    expect(await again.detail(1)).toMatchObject({ preview: 'the tooth', intact: false });
  });

  it('damaged where only the names stand: is set aside as well, and ids go on behind it', async () => {
    const first = await opened();
    const names = Array.from({ length: 2_000 }, (_, n) => `some/longer/topic/name/${String(n)}`);
    for (const name of names) first.add(aPublish(name));
    await first.close();
    const file = dir.join('traffic.db');
    const db = new DatabaseSync(file);
    const { rootpage } = db
      .prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'topic'`)
      .get()!;
    const { page_size: size } = db.prepare('PRAGMA page_size').get()!;
    db.close();
    const damaged = openSync(file, 'r+');
    writeSync(
      damaged,
      Buffer.alloc(Number(size), 0xee),
      0,
      Number(size),
      (Number(rootpage) - 1) * Number(size),
    );
    closeSync(damaged);
    const recorder = await opened();
    await expect
      .poll(() => [recorder.state().kind, recorder.notices().map(({ code }) => code)])
      .toEqual(['recording', ['CAPTURE_DAMAGED']]);
    recorder.add(aPublish('t', 'kept'));
    await recorder.flush();
    expect((await recorder.page({ order: 'oldest', limit: 9 })).rows).toMatchObject([
      { id: 2_001, topic: 't' },
    ]);
  });

  it('damaged while it is in use: recording stops, and resuming begins a new one', async () => {
    const file = dir.join('traffic.db');
    const recorder = await opened();
    for (let n = 0; n < 100; n += 1) {
      recorder.add(aPublish(`t/${String(n)}`, randomBytes(100_000)));
      if (n % 10 === 9) await recorder.flush();
    }
    await recorder.flush();
    const { size } = statSync(file);
    writeFileSync(file, randomBytes(size - 4_096), { flag: 'r+', flush: true });
    truncateSync(`${file}-wal`);
    await expect(recorder.setRetention({ bytes: 1, ageMs: 1 })).rejects.toMatchObject({
      code: 'CAPTURE_DAMAGED',
    });
    expect(recorder.state()).toMatchObject({ kind: 'stopped', why: { code: 'CAPTURE_DAMAGED' } });
    recorder.add(aPublish('lost'));
    const told: unknown[] = [];
    recorder.onCaptured((bounds) => told.push(bounds));
    await Promise.all([recorder.resume(), recorder.resume()]);
    expect(recorder.notices()).toMatchObject([{ code: 'CAPTURE_DAMAGED' }]);
    // An id of the old file never means a message of the new one, and readers hear of the change.
    expect(told).toEqual([{ first: 101, last: 100, count: 0 }]);
    recorder.add(aPublish('t', 'kept'));
    await recorder.flush();
    expect(recorder.counts()).toMatchObject({ captured: 101, dropped: { stopped: 1, total: 1 } });
    expect((await recorder.rowsAt(0, 10)).map(({ preview }) => preview)).toEqual(['kept']);
  });
});
