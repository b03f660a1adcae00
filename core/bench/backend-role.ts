import { type Backend, startBackend } from '#core/backend';
import { type UpdateView } from '#core/contract';
import { type LinkAccess, openLink } from '#core/link';
import { endAll } from '#core/ports';
import { type Context, type Running } from './context.ts';
import { type Feed } from './feed.ts';
import { ALGORITHMS } from './gatekeeper-role.ts';
import { accessTo, type BrokerPlace } from './trust/access.ts';

const ADDRESS = '127.0.0.1';
/** Who presents the API's certificate, as people read it. */
export const BACKEND_API = 'backend API';

export type RunningBackend = Running & { backend: Backend };

/** The publisher with its HTTPS API; what it follows goes into the feeds. */
export async function openBackend(
  context: Context,
  feeds: { updates: Feed<UpdateView>; vehicleChanged: (vin: string) => void },
): Promise<RunningBackend> {
  const { workspace, links, settings, topics, keys, ring, catalogue, ca, identities } = context;
  const { clock, random, log } = context;
  const { algorithm, policies, backendPort } = settings();
  const [messageKey, releaseKey, server] = await Promise.all([
    keys.key('backend', algorithm),
    keys.key('release', algorithm),
    identities.take(BACKEND_API, { kind: 'server', cn: 'backend' }),
  ]);
  const link = await links.open(context, 'backend', { user: 'backend', clientId: 'ota-backend' });
  const start = (): Promise<Backend> =>
    startBackend({
      db: workspace.db,
      link,
      topics: topics(),
      catalogue,
      keys: ring,
      messageKey,
      releaseKey,
      policy: policies.backend,
      algorithms: ALGORITHMS,
      clock,
      random,
      log,
      api: {
        host: ADDRESS,
        port: backendPort,
        tls: { key: server.keyPem, cert: server.certPem, ca: ca.certPem },
        isRevoked: (fingerprint) => ca.find(fingerprint)?.state === 'revoked',
      },
    });
  const backend = await start().catch(async (error: unknown) => {
    await links.close('backend');
    identities.release(BACKEND_API);
    throw error;
  });
  const undo = [
    backend.onUpdate((update) => feeds.updates.set(update)),
    backend.onVehicle(({ vin }) => feeds.vehicleChanged(vin)),
  ];
  for (const update of backend.updates()) feeds.updates.set(update);
  for (const { vin } of backend.vehicles()) feeds.vehicleChanged(vin);
  const { apiUrl } = backend;
  return {
    role: 'backend',
    backend,
    detail: apiUrl === null ? 'publishes; no HTTPS API' : `publishes; HTTPS API at ${apiUrl}`,
    endpoints: apiUrl === null ? [] : [{ role: 'backend', label: 'Backend API', url: apiUrl }],
    async close() {
      for (const each of undo) each();
      await endAll([
        () => backend.close(),
        () => links.close('backend'),
        () => identities.release(BACKEND_API),
      ]);
    },
  };
}

/** With an outside broker there is no tap: a link of its own listens, as far as its ACL lets it. */
export async function tapOutsideBroker(
  context: Context,
  place: BrokerPlace,
): Promise<() => Promise<void>> {
  const { users, topics, traffic, identities, ca, clock, random, log } = context;
  // It reads what the backend may read.
  const user = 'backend';
  const access = (): LinkAccess =>
    accessTo(place, user, { ca, users, identity: identities.of(user, place.outside) });
  const link = openLink({
    ...access(),
    access,
    clientId: `ota-recorder-${Buffer.from(random.bytes(4)).toString('hex')}`,
    clean: true,
    clock,
    random,
    log,
  });
  link.onMessage((message) => {
    traffic.add({
      ...{ kind: 'publish', at: clock.now(), source: 'outside', direction: 'in', clientId: null },
      ...message,
    });
  });
  // Resolves when the link is up; a broker that refuses it is told by the role's own link.
  void link.subscribe(`${topics().root}/#`, 2).catch((error: unknown) => {
    log('warn', 'the outside broker is not recorded', { reason: String(error) });
  });
  return () => link.close();
}
