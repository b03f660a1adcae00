import { z } from 'zod';
import { type Context } from '../context.ts';
import { storedList } from '../store.ts';

/** Between two tries at a broker that is away. */
const RETRY_MS = 10_000;

/** Takes back what the broker retains of vehicles that were removed. */
export type Farewells = {
  /** Now, or once the broker is there; on record until it is done, also over restarts. */
  say(vin: string): Promise<void>;
  /** The vehicle is there again: what is retained of it from now on is its own. */
  withdraw(vin: string): Promise<void>;
  /** The broker is there: those that it did not hear yet are said. */
  resume(): void;
};

export function createFarewells(context: Context, isBrokerThere: () => boolean): Farewells {
  const { workspace, clock, log, signal } = context;
  const owed = storedList(workspace.db, 'farewells', z.string());
  let turn: Promise<unknown> = Promise.resolve();
  let running = false;

  const settle = (vin: string): void => {
    owed.set(owed.get().filter((each) => each !== vin));
  };
  /** One at a time: two would be one client to the broker. */
  const sayNow = (vin: string): Promise<void> => {
    const mine = turn.then(async () => {
      if (!owed.get().includes(vin) || !isBrokerThere()) return;
      await takeBack(context, vin);
      settle(vin);
    });
    turn = mine.catch(() => undefined);
    return mine.catch((error: unknown) => {
      if (signal.aborted) return;
      log('warn', `what the broker retains of ${vin} stays for now`, { reason: String(error) });
    });
  };
  const sayAll = async (): Promise<void> => {
    while (owed.get().length > 0 && isBrokerThere()) {
      for (const vin of owed.get()) await sayNow(vin);
      if (owed.get().length > 0) await clock.sleep(RETRY_MS, signal);
    }
  };
  const resume = (): void => {
    if (running) return;
    running = true;
    sayAll()
      .catch(() => undefined)
      .finally(() => (running = false));
  };

  return {
    async say(vin) {
      owed.set([...owed.get().filter((each) => each !== vin), vin]);
      await sayNow(vin);
      resume();
    },
    async withdraw(vin) {
      settle(vin);
      await turn;
    },
    resume,
  };
}

/** In its name: the vehicle itself is gone. An empty retained message is none (MQTT-3.3.1-10). */
async function takeBack(context: Context, vin: string): Promise<void> {
  const { links, users, topics } = context;
  try {
    await users.make(vin);
    const who = { user: vin, clientId: `ota-dcu-${vin}`, clean: true };
    const link = await links.open(context, vin, who);
    for (const kind of ['inventory', 'presence'] as const) {
      await link.publish(topics().of(kind, vin), new Uint8Array(), { qos: 1, retain: true });
    }
  } finally {
    await links.close(vin);
  }
}
