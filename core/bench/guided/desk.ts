import {
  type FitView,
  type GuidedCheck,
  type GuidedItem,
  type RoleState,
  type SigningAlgorithm,
} from '#core/contract';
import { type Backend } from '#core/backend';
import { CodedError, type Refusal } from '#core/ports';
import { verifyObject } from '#core/signing';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { type Feeds } from '../feeds.ts';
import { ALGORITHMS } from '../gatekeeper-role.ts';
import { type Roles } from '../roles.ts';
import { busyWith, type Chosen, conditionsOf, plainCheck } from './checks.ts';
import { judgeFor, planFor, type PlanDeps, refusalOfVerdict } from './plan.ts';
import { addSamples } from './samples.ts';

type Order = { vin: string; items: readonly GuidedItem[] };

/** What a technician goes through: what fits, what must hold, and one start. */
export type GuidedDesk = {
  /** @throws BenchError BACKEND_OFF, VEHICLE_UNKNOWN */
  plan(vin: string, chosen: readonly GuidedItem[]): Promise<FitView[]>;
  check(order: Order): Promise<GuidedCheck[]>;
  /** @throws the refusal of the first check that does not hold; those of Backend.issue */
  start(startId: string, order: Order): Promise<string>;
  /** How many releases were added. */
  addSamples(): Promise<number>;
};

export function createGuidedDesk(options: {
  context: Context;
  backend: () => Backend | null;
  roles: Pick<Roles, 'states'>;
  feeds: Pick<Feeds, 'vehicles'>;
  /** Whether a vehicle is simulated here and on: then what it stands in is known. */
  isSimulated: (vin: string) => boolean;
  algorithm: () => SigningAlgorithm;
}): GuidedDesk {
  const { context, roles, feeds } = options;
  const { catalogue, clock, ring, keys, settings, garage } = context;
  const backend = (): Backend => {
    const running = options.backend();
    if (running !== null) return running;
    throw new BenchError('BACKEND_OFF', 'the backend is off', {
      next: 'start the backend, then do this again',
    });
  };
  const judging = (): PlanDeps => ({
    ...{ catalogue, now: clock.now(), policy: settings().policies.gatekeeper },
    verify: (object, { typ, use }) =>
      verifyObject(object, { typ, use, algorithms: ALGORITHMS, keys: ring }),
  });

  const chosenOf = (items: readonly GuidedItem[]): Chosen[] =>
    items.flatMap(({ releaseId, ecuId }) => {
      const manifest = catalogue.release(releaseId);
      return manifest === null ? [] : [{ ecuId, manifest }];
    });

  /** The first of the chosen that does not go in, by the gatekeeper's rules. */
  const releaseRefusal = async ({ vin, items }: Order): Promise<Refusal | null> => {
    const ecus = options.backend()?.inventory(vin) ?? [];
    for (const { releaseId, ecuId } of items) {
      const manifest = catalogue.release(releaseId);
      if (manifest === null) {
        return new BenchError('RELEASE_UNKNOWN', `release ${releaseId} is not there any more`, {
          next: 'choose another one',
        });
      }
      const verdict = await judgeFor(manifest, ecuId, { vin, ecus, chosen: items }, judging());
      const refusal = refusalOfVerdict(verdict);
      if (refusal !== null) return refusal;
    }
    return null;
  };

  const check = async (order: Order): Promise<GuidedCheck[]> => {
    const { vin, items } = order;
    const states = roles.states();
    const vehicle = feeds.vehicles.get(vin);
    const running = options.backend();
    const updateId = busyWith(
      vin,
      vehicle?.job?.updateId ?? null,
      running?.updates() ?? [],
      clock.now(),
    );
    const busy =
      updateId === null
        ? null
        : new BenchError('VEHICLE_BUSY', `${vin} is busy with update ${updateId}`, {
            next: 'follow that update, or wait for its end',
          });
    const offline = new BenchError('VEHICLE_OFFLINE', `${vin} is not connected to the broker`, {
      next: 'switch the vehicle and its diagnostic connection on, then wait until it reports',
    });
    const away = vehicle?.online === true ? null : offline;
    const release = running === null ? null : await releaseRefusal(order);
    const conditions = options.isSimulated(vin) ? vehicle?.conditions : null;
    const profile = conditions ? { ...(await garage.equip(vin)), conditions } : null;
    return [
      plainCheck('broker', roleRefusal('BROKER_OFF', 'broker', states.broker)),
      plainCheck('backend', roleRefusal('BACKEND_OFF', 'backend', states.backend)),
      plainCheck('online', vehicle?.fault ?? away, { has: vehicle?.lastSeenAt ?? null }),
      plainCheck('idle', busy, { updateId }),
      plainCheck('release', release),
      ...conditionsOf(chosenOf(items), profile),
    ];
  };

  const begin = async (startId: string, order: Order): Promise<string> => {
    const before = backend().issued(startId);
    if (before !== null) return before;
    for (const { refusal } of await check(order)) {
      if (refusal === null) continue;
      throw new CodedError(refusal.code, refusal.reason, { next: refusal.next });
    }
    const algorithm = options.algorithm();
    const signWith = {
      messageKey: await keys.key('backend', algorithm),
      releaseKey: await keys.key('release', algorithm),
    };
    return backend().issue({ startId, ...order }, signWith);
  };
  // Two windows may start at once: the second finds the vehicle busy.
  let turn: Promise<unknown> = Promise.resolve();

  return {
    async plan(vin, chosen) {
      const running = backend();
      const ecus = running.inventory(vin) ?? [];
      if (ecus.length === 0) {
        throw new BenchError('VEHICLE_UNKNOWN', `${vin} has not told what it has`, {
          next: 'switch the vehicle on and wait until it reports',
        });
      }
      return planFor({ vin, ecus, chosen }, running.updates(), judging());
    },
    check,
    start(startId, order) {
      const mine = turn.then(() => begin(startId, order));
      turn = mine.catch(() => undefined);
      return mine;
    },
    addSamples: async () =>
      addSamples({ ...context, key: await keys.key('release', options.algorithm()) }),
  };
}

function roleRefusal(
  code: 'BROKER_OFF' | 'BACKEND_OFF',
  role: string,
  state: RoleState,
): Refusal | null {
  if (state.kind === 'on') return null;
  if (state.kind === 'failed') return state.refusal;
  return new BenchError(code, `the ${role} is off`, { next: `start the ${role}` });
}
