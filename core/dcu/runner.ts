import { endAll, type Clock, type Log } from '#core/ports';
import { refuse, whyOf, type Why } from './errors.ts';
import type { DcuEvent } from './events.ts';
import type { Journal } from './journal.ts';
import { step } from './machine.ts';
import { snapshotOf } from './snapshot.ts';
import type { DcuState, Effect, Run, Work } from './state.ts';

export type Performer = {
  /** A quick, durable effect. */
  readonly take: (
    effect: Exclude<Effect, { type: 'work' | 'stopWork' }>,
    state: DcuState,
  ) => Promise<void>;
  /** The long-running part; resolves with what came of it. `emit` journals on the way. */
  readonly work: (
    work: Work,
    signal: AbortSignal,
    emit: (event: DcuEvent) => Promise<void>,
  ) => Promise<DcuEvent>;
};

/**
 * What a vehicle can go on without: a staged image that stays, what is said again at the next
 * connection, what is said on demand. Halting for one of these would repeat at every start.
 */
const CAN_WAIT: ReadonlySet<Effect['type']> = new Set(['discard', 'inventory', 'report']);

export interface Runner {
  readonly state: DcuState;
  /** Why nothing happens any more, once the journal cannot be written. */
  readonly halted: Why | null;
  /** Resolves once the event is in the journal and its quick effects are taken. */
  dispatch(event: DcuEvent): Promise<void>;
  /** Ends the work in hand; the journal says where to go on. */
  close(): Promise<void>;
}

/** Feeds the machine: journal first, then the state, then the effects [D6], one event at a time. */
export function createRunner(options: {
  journal: Journal;
  state: DcuState;
  performer: Performer;
  clock: Pick<Clock, 'now'>;
  log: Log;
  onChange: () => void;
  /** As a state is entered, before its effects; what it throws halts the runner. */
  onState?: (state: Run['kind']) => void | Promise<void>;
}): Runner {
  const { journal, performer, clock, log, onChange, onState } = options;
  let state = options.state;
  let halted: Why | null = null;
  let closed = false;
  let turns: Promise<unknown> = Promise.resolve();
  let current: { stop: AbortController; ended: Promise<void> } | null = null;

  const halt = (error: unknown): void => {
    if (halted !== null) return;
    halted = whyOf(error);
    log('error', 'the DCU stopped: its journal or an effect failed', { ...halted });
    current?.stop.abort(new Error('the DCU stopped'));
    onChange();
  };

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turns.then(work);
    turns = mine.catch(() => undefined);
    return mine;
  };

  const turn = async (happened: DcuEvent): Promise<void> => {
    const event = { ...happened, at: clock.now() };
    if (halted !== null) throw refuse('HALTED', `the DCU stopped: ${halted.detail}`);
    if (closed) throw refuse('HALTED', 'the DCU is closing');
    try {
      await journal.append(event);
      const next = step(state, event);
      const entered = next.state.run.kind !== state.run.kind;
      state = next.state;
      if (entered) await onState?.(state.run.kind);
      for (const effect of next.effects) await take(effect);
      await compact();
    } catch (error) {
      halt(error);
      throw error;
    }
    onChange();
  };

  const take = async (effect: Effect): Promise<void> => {
    if (effect.type === 'work') {
      await stopWork();
      if (!closed) start(effect.work);
    } else if (effect.type === 'stopWork') {
      await stopWork();
    } else {
      await performer.take(effect, state).catch((error: unknown) => {
        if (!CAN_WAIT.has(effect.type)) throw error;
        log('warn', `${effect.type} failed and was passed over`, { ...whyOf(error) });
      });
    }
  };

  const stopWork = async (): Promise<void> => {
    const work = current;
    current = null;
    work?.stop.abort(new Error('overtaken by a later event'));
    await work?.ended;
  };

  const start = (work: Work): void => {
    const stop = new AbortController();
    const { signal } = stop;
    /** Gives up its turn as soon as the work is stopped, so that stopping never waits for itself. */
    const emit = (event: DcuEvent): Promise<void> => {
      const mine = inTurn(() => (signal.aborted ? Promise.resolve() : turn(event)));
      mine.catch(() => undefined);
      return Promise.race([
        mine,
        new Promise<never>((_, reject) => {
          const onAbort = (): void => {
            reject(new Error('stopped'));
          };
          if (signal.aborted) onAbort();
          signal.addEventListener('abort', onAbort, { once: true });
          void mine
            .finally(() => {
              signal.removeEventListener('abort', onAbort);
            })
            .catch(() => undefined);
        }),
      ]);
    };
    const ended = performer
      .work(work, signal, emit)
      .catch((error: unknown): DcuEvent => ({ type: 'failed', why: whyOf(error) }))
      .then((event) => {
        if (signal.aborted) return;
        if (event.type === 'failed') log('warn', `${work.kind} failed`, { ...event.why });
        // Not awaited: that turn may itself wait for this work to end.
        emit(event).catch(() => undefined);
      });
    current = { stop, ended };
  };

  /** A long story is folded into the state that it led to; its effects have been taken. */
  const compact = async (): Promise<void> => {
    if (!journal.isLong) return;
    await journal.compact(snapshotOf(state)).catch((error: unknown) => {
      const why = whyOf(error);
      // Without room for both, the long one is still whole.
      if (why.code !== 'DISK_FULL') throw error;
      log('warn', 'the journal could not be folded', { ...why });
    });
  };

  return {
    get state() {
      return state;
    },
    get halted() {
      return halted;
    },
    dispatch: (event) => inTurn(() => turn(event)),
    close: async () => {
      closed = true;
      await endAll([stopWork, () => turns, stopWork, () => journal.close()]);
    },
  };
}
