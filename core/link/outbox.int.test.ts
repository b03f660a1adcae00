import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { openDatabase } from '#core/storage';
import { startBareBroker, tempDir } from '#core/testing';
import { createOutbox, openLink } from './index.ts';

/** Enqueues for ever against a port where nobody listens, and says after each that it is stored. */
const CHILD = `
  import { createOutbox, openLink } from '#core/link';
  import { silentLog, systemClock } from '#core/ports';
  import { openDatabase } from '#core/storage';
  const [file, port] = process.argv.slice(-2);
  const log = silentLog, clock = systemClock;
  const link = openLink({ url: 'mqtt://127.0.0.1:' + port, clientId: 'backend', clock, log });
  const outbox = createOutbox({ db: openDatabase(file), link, clock, log });
  for (let n = 0; ; n += 1) {
    const payload = new TextEncoder().encode(String(n));
    outbox.enqueue({ key: 'k' + n, topic: 'a', payload, qos: 1, retain: false });
    console.log(n);
    await new Promise(setImmediate);
  }
`;

it('a message that was enqueued survives kill -9 and goes out in order from the next process', async () => {
  const dir = await tempDir();
  onTestFinished(dir.remove);
  const file = dir.join('bench.db');
  const nobody = await startBareBroker();
  await nobody.close();

  const arguments_ = ['--input-type=module', '--eval', CHILD, file, String(nobody.port)];
  const child = spawn('node_modules/.bin/node', arguments_, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stored = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    stored = Number(line);
    if (stored === 200) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  expect(stored).toBeGreaterThanOrEqual(200);

  const broker = await startBareBroker();
  onTestFinished(() => broker.close());
  const common = { clock: systemClock, log: silentLog };
  const link = openLink({ url: broker.url, clientId: 'backend', ...common });
  onTestFinished(() => link.close());
  const db = openDatabase(file);
  const outbox = createOutbox({ db, link, ...common });
  onTestFinished(async () => {
    await outbox.close();
    db.close();
  });
  await expect.poll(() => outbox.pending()).toBe(0);
  const sent = broker.published.map(({ payload }) => Number(payload.toString()));
  // The last one may be stored without having been reported.
  expect(sent.slice(0, stored + 1)).toEqual(Array.from({ length: stored + 1 }, (_, n) => n));
  expect(sent.length).toBeLessThanOrEqual(stored + 2);
});
