import { type Endpoint, type RoleName, type RoleState } from '#core/contract';
import { type Clock, type Log, type Refusal } from '#core/ports';
import { refusalOf } from './errors.ts';
import { type Running } from './context.ts';

/** Each needs the ones before it. The gatekeeper comes with whichever of the first two is on. */
const START_ORDER: readonly RoleName[] = ['broker', 'backend', 'dcu'];

export type Starters = Readonly<Record<RoleName, () => Promise<Running>>>;

export type Roles = {
  /** Resolves when each is on or has failed; those that are on stay as they are. */
  start(roles: readonly RoleName[]): Promise<void>;
  stop(roles: readonly RoleName[]): Promise<void>;
  /** Stops whatever runs, for a reason that stays: each role shows it, and none starts again. */
  giveUp(why: Refusal): Promise<void>;
  states(): Record<RoleName, RoleState>;
  endpoints(): Endpoint[];
  /** Roles that hold settings: on, or on their way. */
  running(): ReadonlySet<RoleName>;
};

export function createRoles(options: {
  starters: Starters;
  clock: Clock;
  log: Log;
  changed: () => void;
}): Roles {
  const { starters, clock, log, changed } = options;
  const states: Record<RoleName, RoleState> = {
    broker: { kind: 'off' },
    backend: { kind: 'off' },
    dcu: { kind: 'off' },
  };
  const running = new Map<RoleName, Running>();
  let hindrance: Refusal | null = null;

  const enter = (role: RoleName, state: RoleState): void => {
    states[role] = state;
    changed();
  };
  const startOne = async (role: RoleName): Promise<void> => {
    if (running.has(role)) return;
    if (hindrance !== null) {
      enter(role, { kind: 'failed', refusal: hindrance });
      return;
    }
    enter(role, { kind: 'starting' });
    try {
      const started = await starters[role]();
      running.set(role, started);
      enter(role, { kind: 'on', since: clock.now(), detail: started.detail });
    } catch (error) {
      const refusal = refusalOf(error);
      log('error', `${role} did not start`, { ...refusal });
      enter(role, { kind: 'failed', refusal: { ...refusal } });
    }
  };
  const stopOne = async (role: RoleName): Promise<void> => {
    const started = running.get(role);
    if (started !== undefined) {
      enter(role, { kind: 'stopping' });
      running.delete(role);
      await started.close().catch((error: unknown) => {
        log('error', `${role} did not close in order`, { reason: String(error) });
      });
    }
    enter(role, { kind: 'off' });
  };

  // Two windows may press start and stop at once; each waits for the other.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work);
    return turn;
  };
  return {
    start: (wanted) =>
      inTurn(async () => {
        for (const role of START_ORDER) if (wanted.includes(role)) await startOne(role);
      }),
    stop: (wanted) =>
      inTurn(async () => {
        for (const role of START_ORDER.toReversed()) if (wanted.includes(role)) await stopOne(role);
      }),
    giveUp: ({ code, reason, next }) => {
      const why = { code, reason, next };
      hindrance = why;
      return inTurn(async () => {
        for (const role of START_ORDER.toReversed()) {
          if (!running.has(role)) continue;
          await stopOne(role);
          enter(role, { kind: 'failed', refusal: why });
        }
      });
    },
    states: () => ({ ...states }),
    endpoints: () => [...running.values()].flatMap((role) => role.endpoints),
    running: () =>
      new Set(START_ORDER.filter((role) => running.has(role) || states[role].kind === 'starting')),
  };
}
