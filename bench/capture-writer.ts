/**
 * Process of the capture run: sends at a fixed rate, into the recorder or, as the peer, row by
 * row into a table of plain SQLite in the same batches.
 */
import { DatabaseSync } from 'node:sqlite';
import { openRecorder } from '#core/recorder';
import { systemClock } from '#core/ports';
import { loadEvent } from './capture-load.ts';
import type { CaptureRun } from './cases/capture.ts';

const BATCH_MS = 50;

type Sink = {
  add(n: number): void;
  /** Called after each millisecond's messages. */
  breathe(): void;
  end(): Promise<{ captured: number; dropped: number }>;
};

const [kind = '', file = '', rate = '0', forSeconds = '0'] = process.argv.slice(2);
const sink = kind === 'recorder' ? await intoRecorder() : intoSqlite();
process.send?.('ready');
let peakRss = 0;
const watch = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 250);
const total = Number(rate) * Number(forSeconds);
const before = process.cpuUsage();
const start = performance.now();
let sent = 0;
while (sent < total) {
  const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * Number(rate)));
  for (; sent < due; sent += 1) sink.add(sent);
  sink.breathe();
  await systemClock.sleep(1);
}
const { captured, dropped } = await sink.end();
const cpu = process.cpuUsage(before);
clearInterval(watch);
const answer: CaptureRun = {
  sent,
  captured,
  dropped,
  peakRss,
  cpuMs: (cpu.user + cpu.system) / 1_000,
  tookMs: performance.now() - start,
};
process.send?.(answer, () => process.exit(0));

async function intoRecorder(): Promise<Sink> {
  const retention = { bytes: 16 * 1_024 ** 3 };
  const recorder = await openRecorder({ file, clock: systemClock, retention });
  return {
    add: (n) => {
      recorder.add(loadEvent(n, Date.now()));
    },
    breathe: () => undefined,
    end: async () => {
      await recorder.flush();
      const { dropped } = recorder.counts();
      // What is in the file, not what the counter says.
      const { count } = await recorder.bounds();
      await recorder.close();
      return { captured: count, dropped: dropped.total };
    },
  };
}

function intoSqlite(): Sink {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE message (id INTEGER PRIMARY KEY, at REAL, client TEXT, topic TEXT, qos INTEGER,
      payload BLOB)`);
  const insert = db.prepare(
    'INSERT INTO message (at, client, topic, qos, payload) VALUES (?, ?, ?, ?, ?)',
  );
  let begun = performance.now();
  db.exec('BEGIN');
  const commit = (): void => {
    db.exec('COMMIT');
    db.exec('BEGIN');
    begun = performance.now();
  };
  return {
    add: (n) => {
      const { at, clientId, topic, payload } = loadEvent(n, Date.now());
      insert.run(at, clientId, topic, 1, payload);
    },
    breathe: () => {
      if (performance.now() - begun >= BATCH_MS) commit();
    },
    end: async () => {
      commit();
      const { n } = db.prepare('SELECT count(*) AS n FROM message').get() ?? {};
      db.exec('COMMIT');
      db.close();
      return { captured: Number(n), dropped: 0 };
    },
  };
}
