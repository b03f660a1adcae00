import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CodedError } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import {
  type Counts,
  FromPlant,
  type Issued,
  type Open,
  type Opened,
  type ToPlant,
} from './messages.ts';

/** Broker, gatekeeper and backend in a process of their own. */
export type Plant = {
  open(wanted: Omit<Open, 'type'>): Promise<Opened>;
  certificates(vins: readonly string[]): Promise<Issued>;
  update(
    wanted: Omit<Extract<ToPlant, { type: 'update' }>, 'type'>,
    onCounts: (counts: Counts) => void,
  ): Promise<Counts>;
  close(): Promise<void>;
};

/** What an orderly end gets before the process is killed. */
const CLOSE_LIMIT_MS = 15_000;

export function startPlant(options: { verbose: boolean; signal: AbortSignal }): Plant {
  const child = fork(fileURLToPath(new URL('plant.ts', import.meta.url)), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...(options.verbose ? { OTA_BENCH_VERBOSE: '1' } : {}) },
  });
  const exited = once(child, 'exit');
  // Heard by whoever asks for something; until then it is nobody's.
  exited.catch(() => undefined);
  const ask = <Type extends FromPlant['type']>(
    message: ToPlant,
    wanted: Type,
    onOther: (message: FromPlant) => void = () => undefined,
  ): Promise<Extract<FromPlant, { type: Type }>> =>
    askOne(child, exited, options.signal, { message, wanted, onOther });

  return {
    open: (wanted) => ask({ type: 'open', ...wanted }, 'opened'),
    certificates: (vins) => ask({ type: 'certificates', vins: [...vins] }, 'issued'),
    async update(wanted, onCounts) {
      const { counts } = await ask({ type: 'update', ...wanted }, 'updated', (message) => {
        if (message.type === 'counted') onCounts(message.counts);
      });
      return counts;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
      if (child.connected) child.send({ type: 'close' } satisfies ToPlant);
      await exited.catch(() => undefined);
      clearTimeout(late);
    },
  };
}

/** One question at a time: the first answer of the wanted kind, or the refusal, is its answer. */
function askOne<Type extends FromPlant['type']>(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: AbortSignal,
  question: { message: ToPlant; wanted: Type; onOther: (message: FromPlant) => void },
): Promise<Extract<FromPlant, { type: Type }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromPlant, { type: Type }>>();
  const hear = (raw: unknown): void => {
    const message = FromPlant.parse(raw);
    if (message.type === question.wanted) resolve(message as Extract<FromPlant, { type: Type }>);
    else if (message.type === 'refused') {
      reject(new CodedError(message.code, message.reason, { next: message.next }));
    } else question.onOther(message);
  };
  const onAbort = (): void => {
    reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  };
  const ended = (): void => {
    reject(
      new HeadlessError('BACKEND_ENDED', 'the process of broker and backend ended', {
        next: 'start again with --verbose and see what it says last',
      }),
    );
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  child.on('message', hear);
  void exited.then(ended, ended);
  if (child.connected) child.send(question.message);
  return promise.finally(() => {
    child.off('message', hear);
    signal.removeEventListener('abort', onAbort);
  });
}
