import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Clock } from '#core/ports';
import type { Batch } from './batch.ts';
import { errorOf, RecorderError } from './errors.ts';
import type { Watching } from './recorder-types.ts';
import { ended } from './scan.ts';
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts';

/** A search that does not end by itself, such as a pattern that backtracks without end, is killed. */
const CANCEL_LIMIT_MS = 1_000;
/** So is one that has not come to its next piece of work for so long, whoever waits for it. */
const SILENCE_LIMIT_MS = 5_000;

type Waiting = {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: Watching['onProgress'];
};

/** This side of a thread that answers `Calls`. */
export interface Thread<Calls> {
  call<Name extends keyof Calls & string>(
    name: Name,
    args: Calls[Name] extends (args: infer Args) => unknown ? Args : never,
    watching?: Watching,
  ): Promise<Calls[Name] extends (args: never) => infer Value ? Value : never>;
  sendBatch(batch: Batch): void;
  readonly ready: Extract<FromThread, { kind: 'ready' }>;
  /** Ends it at once. What waits is refused. */
  end(): Promise<void>;
}

export type ThreadDeps = {
  readonly data: ThreadData;
  readonly clock: Clock;
  readonly onBatch?: (settled: Extract<FromThread, { kind: 'stored' | 'lost' }>) => void;
  /** It ended without being asked to. */
  readonly onDeath: (error: RecorderError) => void;
};

/** @throws RecorderError what the thread could not begin for */
export async function startThread<Calls>(deps: ThreadDeps): Promise<Thread<Calls>> {
  const { data, clock, onBatch, onDeath } = deps;
  const worker = new Worker(workerModule(), {
    workerData: data,
    name: `recorder ${data.role}`,
    // What starts the process, such as an inspector or a loader of tests, is not for the thread.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  /** Messages from the thread. */
  let heard = 0;
  let watch: AbortController | null = null;
  let dead = false;
  let isReady = false;
  const post = (message: ToThread, moved: ArrayBuffer[] = []): void => {
    worker.postMessage(message, moved);
  };
  const refuseAll = (error: RecorderError): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    watch?.abort();
  };
  const end = async (): Promise<void> => {
    dead = true;
    await worker.terminate();
    refuseAll(ended());
  };
  const settle = (message: Extract<FromThread, { call: number }>): void => {
    const call = waiting.get(message.call);
    if (message.kind === 'progress') {
      call?.onProgress?.(message.progress);
      return;
    }
    waiting.delete(message.call);
    if (waiting.size === 0) watch?.abort();
    if (message.kind === 'answer') call?.resolve(message.value as never);
    else call?.reject(errorOf(message.why));
  };

  const begun = Promise.withResolvers<Extract<FromThread, { kind: 'ready' }>>();
  const died = (error: RecorderError): void => {
    begun.reject(error);
    if (dead) return;
    dead = true;
    refuseAll(error);
    onDeath(error);
  };
  /** While somebody waits, asks the thread now and then whether it still hears. */
  const listen = async (place: Int32Array, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const before = heard;
      post({ kind: 'ping' });
      await clock.sleep(SILENCE_LIMIT_MS, signal);
      if (heard === before) break;
    }
    const culprit = Atomics.load(place, 0);
    waiting.get(culprit)?.reject(tooSlow());
    waiting.delete(culprit);
    died(ended());
    await worker.terminate();
  };
  const watchOver = (): void => {
    if (!data.atWork || (watch && !watch.signal.aborted)) return;
    watch = new AbortController();
    // Ends by its signal, or with the thread.
    listen(data.atWork, watch.signal).catch(() => undefined);
  };
  worker.on('error', (cause) => {
    died(threadFault(data.role, cause));
  });
  worker.on('exit', () => {
    died(threadFault(data.role, null));
  });
  worker.on('message', (message: FromThread) => {
    heard += 1;
    switch (message.kind) {
      case 'ready':
        isReady = true;
        begun.resolve(message);
        break;
      case 'failed':
        // Before it was ready there is nobody to tell but whoever starts it.
        dead ||= !isReady;
        died(errorOf(message.why));
        break;
      case 'pong':
        break;
      case 'stored':
      case 'lost':
        onBatch?.(message);
        break;
      default:
        settle(message);
    }
  });
  const ready = await begun.promise;

  return {
    ready,
    end,
    sendBatch(batch) {
      post({ kind: 'batch', batch }, [batch.columns, batch.data]);
    },
    call(name, args, { signal, onProgress } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted || dead) {
          reject(ended());
          return;
        }
        const call = (calls += 1);
        const given = new AbortController();
        const finish = (): void => {
          signal?.removeEventListener('abort', cancel);
          given.abort(new Error('answered'));
        };
        const cancel = (): void => {
          post({ kind: 'cancel', call });
          clock.sleep(CANCEL_LIMIT_MS, given.signal).then(
            () => {
              died(ended());
              return worker.terminate();
            },
            () => undefined,
          );
        };
        waiting.set(call, {
          resolve: (value) => {
            finish();
            resolve(value);
          },
          reject: (error) => {
            finish();
            reject(error);
          },
          onProgress,
        });
        signal?.addEventListener('abort', cancel, { once: true });
        post({ kind: 'call', call, name, args });
        watchOver();
      });
    },
  };
}

function tooSlow(): RecorderError {
  const seconds = String(SILENCE_LIMIT_MS / 1_000);
  return new RecorderError(
    'REGEX_TOO_SLOW',
    `the expression took more than ${seconds} seconds for one piece of the capture`,
    { next: 'Write it without nested repetition, such as (a+)+, or search for plain text.' },
  );
}

function threadFault(role: string, cause: unknown): RecorderError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new RecorderError('RECORDER_FAILED', `the recorder's ${role} ended${why}`, {
    next: 'Resume recording; if it happens again, report it with the log.',
    cause,
  });
}

/**
 * Run from source it stands beside this file. Bundled, it is an entry of its own named
 * `recorder-worker`, beside the chunk this ends up in or one folder above.
 */
function workerModule(): URL {
  const places = ['./worker.ts', './recorder-worker.js', '../recorder-worker.js'];
  for (const place of places) {
    const url = new URL(place, import.meta.url);
    if (existsSync(url)) return url;
  }
  throw new RecorderError('RECORDER_FAILED', `no recorder-worker.js near ${import.meta.url}`, {
    next: 'The program was packed without a part of it; install it again.',
  });
}
