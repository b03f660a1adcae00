import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './thread-messages.ts';

const data = workerData as ThreadData;
// Only what its role needs: a thread begins in a fraction of the time.
const run =
  data.role === 'writer'
    ? (await import('./writer.ts')).runWriter
    : (await import('./reader.ts')).runReader;
if (parentPort) run(parentPort, data);
