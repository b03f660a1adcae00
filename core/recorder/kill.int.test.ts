import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#core/ports';
import { tempDir, type TempDir } from '#core/testing';
import { openRecorder } from './index.ts';

/** What a kill may cost. */
const LOSS_LIMIT_MS = 250;

let dir: TempDir;
beforeEach(async () => {
  dir = await tempDir();
  onTestFinished(dir.remove);
});

/**
 * A real second process that records about 10,000 messages a second, each with the time it was
 * added, and tells on its output which message it added when.
 */
function recording(file: string): ChildProcess {
  const script = `
    const { openRecorder } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
    const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../ports/index.ts'))});
    const recorder = await openRecorder({ file: process.argv[1], clock: systemClock });
    const { last } = await recorder.bounds();
    let n = last;
    setInterval(() => {
      for (let k = 0; k < 50; k += 1) {
        n += 1;
        recorder.add({ kind: 'publish', at: Date.now(), clientId: 'c', topic: 't/' + (n % 50),
          payload: Buffer.from(JSON.stringify({ n, pad: 'x'.repeat(150) })) });
      }
      process.stdout.write(Date.now() + ' ' + n + '\\n');
    }, 5);
  `;
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, file],
    { cwd: dir.path, stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

it('loses at most the last 250 ms to kill -9, again and again, and nothing in between', async () => {
  const file = dir.join('traffic.db');
  for (let round = 1; round <= 4; round += 1) {
    const child = recording(file);
    const lines = createInterface({ input: child.stdout! });
    const told: { at: number; n: number }[] = [];
    const enough = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        const [at = 0, n = 0] = line.split(' ').map(Number);
        told.push({ at, n });
        // Not a round number of batches: each round ends elsewhere in one.
        if (told.length === 150 + round * 7) resolve();
      });
    });
    await enough;
    const killedAt = Date.now();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;

    const recorder = await openRecorder({ file, clock: systemClock });
    const { first, last } = await recorder.bounds();
    expect(recorder.notices()).toEqual([]);
    const due = told.findLast(({ at }) => at <= killedAt - LOSS_LIMIT_MS)?.n;
    expect(due).toBeGreaterThan(0);
    expect(last, `round ${String(round)}`).toBeGreaterThanOrEqual(due!);
    // Message n has id n, so that neither a gap nor a double can hide.
    let next = first;
    for (let from: number | null = first - 1; from !== null;) {
      const page = await recorder.messages({ order: 'oldest', limit: 5_000, from });
      for (const { id, topic, payload } of page.rows) {
        expect(id).toBe(next);
        expect(topic).toBe(`t/${String(id % 50)}`);
        expect((JSON.parse(Buffer.from(payload).toString()) as { n: number }).n).toBe(id);
        next += 1;
      }
      from = page.next;
    }
    expect(next).toBe(last + 1);
    const { topics } = await recorder.topics({ limit: 100 });
    expect(topics.reduce((sum, { count }) => sum + count, 0)).toBe(last - first + 1);
    await recorder.close();
  }
});
