import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type BenchCa, type CertificateRecord, type Identity, PkiError } from '#core/pki';
import { type Notices, unlessDamaged } from './notices.ts';

/** A certificate as somebody of the bench needs it. */
export type Wanted = {
  readonly kind: 'server' | 'client';
  readonly cn: string;
  /** Names and addresses by which a server is called, besides those of this machine. */
  readonly hosts?: readonly string[];
  /** For somebody else's server: one that was imported for it comes before our own. */
  readonly outside?: boolean;
};

/** The bench's own certificates: used again while they are good, issued where there is none. */
export type Identities = {
  /** One that is good now, for once. */
  fetch(wanted: Wanted): Promise<Identity>;
  /** The same, and from now on it is what `who` presents. */
  take(who: string, wanted: Wanted): Promise<Identity>;
  /** What `who` presents, to our own or to outside servers; null when it presents nothing. */
  of(who: string, outside?: boolean): Identity | null;
  /** `who` has stopped. */
  release(who: string): void;
  /** Who of this bench presents this certificate. */
  usedBy(fingerprint: string): string[];
  /**
   * Brings what is presented to the present state: a newer one of the same name is taken up, one
   * of another CA or past its end is replaced. A revoked one stays, and is refused everywhere,
   * until a person renews it or its role starts again: to revoke is meant to shut out.
   */
  refresh(): Promise<void>;
};

export function createIdentities(options: {
  ca: BenchCa;
  notices: Notices;
  /** What is presented has changed. */
  changed: () => void;
}): Identities {
  const { ca, notices, changed } = options;
  const held = new Map<string, { who: string; wanted: Wanted; identity: Identity }>();

  /** The newest good one; null where there is none, or its key is lost. */
  const good = async ({ kind, cn, hosts = [], outside }: Wanted): Promise<Identity | null> => {
    const imported = outside === true ? await importedFor(cn, kind) : null;
    if (imported) return imported;
    const identity = await whole(() => ca.identity(cn, kind));
    if (!identity || ca.find(identity.fingerprint)?.own !== true) return null;
    return hosts.every((host) => names(identity, host)) ? identity : null;
  };
  const importedFor = async (cn: string, kind: Wanted['kind']): Promise<Identity | null> => {
    const record = ca
      .list()
      .findLast(
        (each) => each.cn === cn && each.kind === kind && each.hasKey && !each.own && isGood(each),
      );
    return record ? whole(() => ca.identity(record.fingerprint)) : null;
  };
  const whole = async (read: () => Promise<Identity | null>): Promise<Identity | null> => {
    try {
      return await unlessDamaged(read, notices);
    } catch (error) {
      if (error instanceof PkiError && error.code === 'KEY_MISSING') return null;
      throw error;
    }
  };
  const issue = ({ kind, cn, hosts = [] }: Wanted): Promise<Identity> =>
    ca.issue(kind === 'server' ? { kind, cn, hosts } : { kind, cn });
  const isNewest = ({ fingerprint }: Identity, { kind, cn }: Wanted): boolean => {
    const last = ca.list().findLast((each) => each.cn === cn && each.kind === kind && each.hasKey);
    return last?.fingerprint === fingerprint && last.own && isGood(last);
  };
  const stays = ({ fingerprint }: Identity): boolean => {
    const record = ca.find(fingerprint);
    return record?.own === true && record.state !== 'expired';
  };
  const fetch = async (wanted: Wanted): Promise<Identity> =>
    (await good(wanted)) ?? (await issue(wanted));

  return {
    fetch,
    async take(who, wanted) {
      const identity = await fetch(wanted);
      held.set(keyOf(who, wanted.outside), { who, wanted, identity });
      changed();
      return identity;
    },
    of: (who, outside) => held.get(keyOf(who, outside))?.identity ?? null,
    release(who) {
      const own = held.delete(keyOf(who, false));
      if (held.delete(keyOf(who, true)) || own) changed();
    },
    usedBy: (fingerprint) => {
      const users = [...held.values()].filter(
        ({ identity }) => identity.fingerprint === fingerprint,
      );
      return [...new Set(users.map(({ who }) => who))];
    },
    async refresh() {
      for (const [key, { who, wanted, identity }] of held) {
        // Most often nothing is new, and the vault need not be asked for a key.
        if (isNewest(identity, wanted)) continue;
        const next = (await good(wanted)) ?? (stays(identity) ? identity : await issue(wanted));
        // It may have stopped meanwhile.
        if (held.get(key)?.identity === identity) held.set(key, { who, wanted, identity: next });
      }
      changed();
    },
  };
}

function isGood({ state }: CertificateRecord): boolean {
  return state === 'valid' || state === 'expiring';
}

function keyOf(who: string, outside = false): string {
  return `${who} ${outside ? 'outside' : 'here'}`;
}

function names({ certPem }: Identity, host: string): boolean {
  const certificate = new X509Certificate(certPem);
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}
