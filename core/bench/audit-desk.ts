import { parseAcl } from '#core/acl';
import {
  auditBench,
  type AuditIdentity,
  type AuditListener,
  type AuditSnapshot,
  toJson,
  toSarif,
} from '#core/audit';
import { type Broker } from '#core/broker';
import { type Finding, type ListenerName, type SavedFile, type Settings } from '#core/contract';
import { type Context } from './context.ts';
import { LISTENER_NAMES } from './settings-check.ts';
import { isSecure } from './trust/access.ts';
import { savedFile } from './trust/files.ts';
import { type OpenedVault } from './trust/views.ts';
import { type Visitors } from './visitors.ts';

/** What the bench finds wrong with its own security. */
export type AuditDesk = {
  run(): Promise<Finding[]>;
  export(form: 'json' | 'sarif'): Promise<SavedFile>;
};

export function createAuditDesk(deps: {
  context: Context;
  opened: OpenedVault;
  broker: () => Broker | null;
  visitors: Visitors;
  version: string;
}): AuditDesk {
  const { context, version } = deps;
  const run = async (): Promise<Finding[]> => auditBench(await gather(deps));
  return {
    run,
    async export(form) {
      const findings = await run();
      const text =
        form === 'sarif'
          ? JSON.stringify(toSarif(findings, { version }), null, 2)
          : toJson(findings, { version });
      const day = new Date(context.clock.now()).toISOString().slice(0, 10);
      const mime = form === 'sarif' ? 'application/sarif+json' : 'application/json';
      return savedFile(`ota-bench-audit-${day}.${form}`, mime, text);
    },
  };
}

const KINDS: Readonly<Record<ListenerName, Pick<AuditListener, 'kind' | 'clientCertificates'>>> = {
  tls: { kind: 'tls', clientCertificates: 'required' },
  tlsPassword: { kind: 'tls', clientCertificates: 'optional' },
  wss: { kind: 'wss', clientCertificates: 'optional' },
  tcp: { kind: 'tcp', clientCertificates: 'none' },
  ws: { kind: 'ws', clientCertificates: 'none' },
};

async function gather(deps: {
  context: Context;
  opened: OpenedVault;
  broker: () => Broker | null;
  visitors: Visitors;
}): Promise<AuditSnapshot> {
  const { context, opened, broker, visitors } = deps;
  const { ca, identities, acl, clock } = context;
  const settings = context.settings();
  const { externalBroker, policies, algorithm, subscriptions } = settings;
  const { vault, refusal } = opened;
  return {
    listeners: externalBroker ? [] : listenersOf(settings, broker()),
    externalBroker: externalBroker && {
      url: externalBroker.url,
      credentials: isSecure(externalBroker.url) || context.users.outside().length > 0,
    },
    acl: externalBroker ? null : parseAcl(acl.text()),
    identities: identitiesOf(context),
    certificates: ca.list().map((record) => ({
      ...record,
      usedBy: identities.usedBy(record.fingerprint),
    })),
    policies,
    algorithm,
    vault: { mode: vault.mode, ...(refusal ? { refusal: { ...refusal } } : {}) },
    secretsInSession: vault.mode === 'session' ? (await vault.list()).length : 0,
    clockSkewMs: visitors.clockSkewMs(),
    runtime: { electron: process.versions['electron'] ?? null, node: process.versions.node },
    clients: visitors.clients(),
    takenOver: visitors.takenOver(),
    subscriptions,
    now: clock.now(),
  };
}

function listenersOf({ listeners }: Settings, broker: Broker | null): AuditListener[] {
  const on = LISTENER_NAMES.filter((name) => listeners[name].on);
  return on.map((name, index) => {
    const { host, port, remote } = listeners[name];
    // The broker serves nobody without a name, whichever way it comes.
    const shown = broker?.endpoints[index]?.port ?? port;
    return { name, ...KINDS[name], host, port: shown, remote, anonymous: false };
  });
}

function identitiesOf({ ca, users }: Context): AuditIdentity[] {
  const certified = ca
    .list()
    .filter(({ kind, own, state }) => kind === 'client' && own && state !== 'revoked')
    .map(({ cn }) => cn);
  return [
    ...[...new Set(certified)].map((name) => ({ name, by: 'certificate' as const })),
    ...users.all().map(({ user }) => ({ name: user, by: 'password' as const })),
  ];
}
