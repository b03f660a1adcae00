import type { AclRules } from '#core/acl';
import { type Core, createCore } from './core.ts';
import type { BrokerEvent } from './events.ts';
import { type Endpoint, type Listener, openListener } from './listeners.ts';
import type { BrokerOptions, ConnectedClient } from './options.ts';
import { type Store, openStore } from './store.ts';

export interface Broker {
  readonly endpoints: readonly Endpoint[];
  /** Called in the order things happen, before a message is passed on. */
  readonly onEvent: (listener: (event: BrokerEvent) => void) => () => void;
  clients(): ConnectedClient[];
  /** Takes effect at once, also for subscriptions made under the rules before. */
  setAcl(rules: AclRules): void;
  close(): Promise<void>;
}

/**
 * Starts the embedded MQTT 3.1.1 broker. When it fails, nothing stays open.
 *
 * @throws BrokerError
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const store = await openStore(options.dir);
  const open: Listener[] = [];
  let core: Core | null = null;
  try {
    core = await createCore(options, store);
    for (const listener of options.listeners) {
      open.push(await openListener(listener, core.arrivals));
    }
    await core.publishWillsOfEarlierRun();
  } catch (error) {
    await closeAll(open, core, store);
    throw error;
  }
  const running = core;
  let closing: Promise<void> | null = null;
  return {
    endpoints: open.map(({ endpoint }) => endpoint),
    onEvent: running.onEvent,
    clients: running.clients,
    setAcl: running.gate.setAcl,
    close: () => (closing ??= closeAll(open, running, store)),
  };
}

/** Listeners first, so that nobody arrives; then clients; then what they left; the disk last. */
async function closeAll(
  listeners: readonly Listener[],
  core: Core | null,
  store: Store,
): Promise<void> {
  const closed = listeners.map((listener) => listener.close());
  await core?.close();
  await Promise.all(closed);
  await store.close();
}
