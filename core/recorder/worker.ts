import { parentPort, workerData } from 'node:worker_threads';
import { runReader } from './reader.ts';
import type { ThreadData } from './thread-messages.ts';
import { runWriter } from './writer.ts';

const data = workerData as ThreadData;
if (parentPort) (data.role === 'writer' ? runWriter : runReader)(parentPort, data);
