import type { AclRules } from '#core/acl';
import { isRevoked } from './certificate.ts';
import { type Core, createCore } from './core.ts';
import type { BrokerEvent } from './events.ts';
import { type Endpoint, type Listener, openListener } from './listeners.ts';
import type { BrokerOptions, ConnectedClient } from './options.ts';
import { type Store, openStore } from './store.ts';
import { type TlsMaterial, readTls } from './tls.ts';

export interface Broker {
  readonly endpoints: readonly Endpoint[];
  /** Called in the order things happen, before a message is passed on. */
  readonly onEvent: (listener: (event: BrokerEvent) => void) => () => void;
  clients(): ConnectedClient[];
  /** One of them, without going through thousands; null while it is away. */
  client(clientId: string): ConnectedClient | null;
  /** Takes effect at once, also for subscriptions made under the rules before. */
  setAcl(rules: AclRules): void;
  /**
   * For connections to come to any TLS listener; those there are stay, but for clients whose
   * certificate `crl` has revoked. Refused as a whole when any of it is wrong.
   *
   * @throws BrokerError TLS_INVALID
   */
  setTls(material: TlsMaterial): Promise<void>;
  /**
   * Ends the sessions of a client certificate, named by SHA-256 fingerprint or serial (hex,
   * colons or not). By fingerprint, it is not let in again either. How many were live.
   */
  cutCertificate(id: string): number;
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
    client: running.client,
    setAcl: running.setAcl,
    setTls: async (material) => {
      const set = await readTls(material);
      for (const listener of open) listener.setTls(set);
      running.recall.replaceList(set.revocations);
      running.cut((certificate) => isRevoked(certificate, running.recall));
    },
    cutCertificate: (id) => running.cut(running.recall.add(id)),
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
