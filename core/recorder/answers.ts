import { refusalOf } from './errors.ts';
import type { Progress } from './recorder-types.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

/** Of a call that takes long. */
export type Control = {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** Said before each piece of work. */
  readonly begin: () => void;
};

export type Handlers<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (args: infer Args) => infer Value
    ? (args: Args, control: Control) => Value | Promise<Value>
    : never;
};

/** Answers calls that come from the other thread, each once, and ends those that are cancelled. */
export function answerCalls<Calls extends { [Name in keyof Calls]: (args: never) => unknown }>(
  say: (message: FromThread) => void,
  handlers: Handlers<Calls>,
  atWork?: Int32Array,
): (message: ToThread) => void {
  const running = new Map<number, AbortController>();
  // Both threads run the same version: a name and its arguments belong together.
  const table = handlers as unknown as Readonly<
    Record<string, ((args: unknown, control: Control) => unknown) | undefined>
  >;

  const run = async (call: number, name: string, args: unknown): Promise<void> => {
    const stop = new AbortController();
    running.set(call, stop);
    const progress = (value: Progress): void => say({ kind: 'progress', call, progress: value });
    const begin = (): void => {
      if (atWork) Atomics.store(atWork, 0, call);
    };
    try {
      const handler = table[name];
      if (!handler) throw new Error(`there is no call ${name}`);
      say({
        kind: 'answer',
        call,
        value: await handler(args, { signal: stop.signal, progress, begin }),
      });
    } catch (error) {
      say({ kind: 'refused', call, why: refusalOf(error) });
    } finally {
      running.delete(call);
    }
  };
  return (message) => {
    if (message.kind === 'ping') say({ kind: 'pong' });
    if (message.kind === 'cancel') running.get(message.call)?.abort();
    if (message.kind === 'call') void run(message.call, message.name, message.args);
  };
}
