import { type Backend } from '#core/backend';
import { type Broker } from '#core/broker';
import { type BenchCa, type CaChange, type Identity } from '#core/pki';
import { type Clock, type Log } from '#core/ports';
import { BACKEND_API } from '../backend-role.ts';
import { BROKER } from '../broker-role.ts';
import { type Links } from '../links.ts';
import { type Identities } from './identities.ts';

/** How often ends are looked for; certificates are replaced a day before theirs. */
const LOOK_MS = 3_600_000;
const BEFORE_END_MS = 24 * LOOK_MS;

/** Carries what changed in Trust to whatever runs, without a restart. */
export type Uptake = {
  /** Everything that runs is as Trust is now. Resolves also when something could not be taken up. */
  settled(): Promise<void>;
  /** Brings what runs up to date; for a role that has just started. */
  refresh(): Promise<void>;
  /** Ends with the bench's signal. */
  done: Promise<void>;
};

export function followTrust(options: {
  ca: BenchCa;
  identities: Identities;
  links: Pick<Links, 'retry'>;
  broker: () => Broker | null;
  backend: () => Backend | null;
  clock: Clock;
  log: Log;
  /** Called after something changed. */
  changed: () => void;
  signal: AbortSignal;
}): Uptake {
  const { ca, identities, links, broker, backend, clock, log, changed, signal } = options;

  /** What the running broker has been given, and under which CA its clients came. */
  let given: { broker: Broker; material: string; ca: string } | null = null;

  const apply = async (): Promise<void> => {
    await identities.refresh();
    const running = broker();
    const server = identities.of(BROKER);
    if (running && server) await giveBroker(running, server);
    const api = identities.of(BACKEND_API);
    if (api) backend()?.setApiTls({ key: api.keyPem, cert: api.certPem, ca: ca.certPem });
    links.retry();
  };
  const giveBroker = async (running: Broker, server: Identity): Promise<void> => {
    const crl = ca.crlPem();
    const authority = ca.fingerprint;
    const material = [server.fingerprint, authority, crl].join();
    const before = given?.broker === running ? given : null;
    if (before?.material === material) return;
    await running.setTls({ key: server.keyPem, cert: server.certPem, ca: ca.certPem, crl });
    given = { broker: running, material, ca: authority };
    if (before && before.ca !== authority) cutStrangers(running);
  };
  /** After a change of CA: sessions whose certificate the new one did not issue. */
  const cutStrangers = (running: Broker): void => {
    for (const { certificate } of running.clients()) {
      if (certificate === undefined || ca.find(certificate)?.own === true) continue;
      running.cutCertificate(certificate);
    }
  };

  let turn: Promise<void> = Promise.resolve();
  /** Not begun yet: it will see whatever changes until then. */
  let next: Promise<void> | null = null;
  const refresh = (): Promise<void> => {
    if (next) return next;
    const begin = (): Promise<void> => {
      next = null;
      return apply();
    };
    next = turn.then(begin).catch((error: unknown) => {
      log('error', 'a change of certificates was not taken up', { reason: String(error) });
    });
    turn = next;
    return turn;
  };

  const onChange = (change: CaChange): void => {
    changed();
    // At once: the new list takes a moment to be read.
    if (change.kind === 'revoked') broker()?.cutCertificate(change.record.fingerprint);
    void refresh().then(changed);
  };
  const undo = ca.onChange(onChange);
  const watch = async (): Promise<void> => {
    // The only rejection is the signal's.
    const over = (): Promise<boolean> =>
      clock.sleep(LOOK_MS, signal).then(
        () => false,
        () => true,
      );
    while (!(await over())) {
      await renewEnding({ ca, identities, log, now: clock.now() });
      changed();
    }
    undo();
    await turn;
  };
  return { settled: () => turn, refresh, done: watch() };
}

/** What somebody presents and what ends within a day is renewed; the change is then taken up. */
async function renewEnding(deps: {
  ca: BenchCa;
  identities: Identities;
  log: Log;
  now: number;
}): Promise<void> {
  const { ca, identities, log, now } = deps;
  for (const { fingerprint, notAfter, state, own, cn } of ca.list()) {
    const due = own && state !== 'revoked' && notAfter - now < BEFORE_END_MS;
    if (!due || identities.usedBy(fingerprint).length === 0) continue;
    await ca.renew(fingerprint).catch((error: unknown) => {
      log('warn', `the certificate of ${cn} ends and was not renewed`, { reason: String(error) });
    });
  }
}
