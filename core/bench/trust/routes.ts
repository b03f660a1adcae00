import { importMosquitto } from '#core/mosquitto';
import { type SavedFile } from '#core/contract';
import { type AuditDesk } from '../audit-desk.ts';
import { type Feeds } from '../feeds.ts';
import { type BenchContractImplementer } from '../refuse.ts';
import { type AclDesk } from './acl-desk.ts';
import { type CertificateDesk } from './certificate-desk.ts';
import { type SecretDesk } from './secret-desk.ts';
import { type Tried, type Try } from './try-live.ts';

/** What the procedures of Trust need of the bench. */
export type TrustDesks = {
  feeds: Feeds;
  certificates: CertificateDesk;
  secret: SecretDesk;
  access: AclDesk;
  audit: AuditDesk;
  tryLive: (wanted: Try) => Promise<Tried>;
  handOutDcu: (vin: string, passphrase?: string) => Promise<SavedFile>;
  handOutMosquitto: (port: number) => Promise<SavedFile>;
};

/** The Trust part of the contract. */
export function createTrustRoutes(os: BenchContractImplementer, desks: TrustDesks) {
  const { feeds, certificates, secret, access, audit } = desks;
  return {
    trust: {
      watch: os.trust.watch.handler(({ signal }) => feeds.trust.watch(signal)),
      issue: os.trust.issue.handler(({ input: { kind, cn, hosts, days } }) =>
        certificates.issue(kind === 'server' ? { kind, cn, hosts, days } : { kind, cn, days }),
      ),
      sign: os.trust.sign.handler(({ input }) => certificates.sign(input.request, input.days)),
      renew: os.trust.renew.handler(({ input }) => certificates.renew(input.fingerprint)),
      revoke: os.trust.revoke.handler(({ input }) => certificates.revoke(input.fingerprint)),
      createCa: os.trust.createCa.handler(({ input }) => certificates.createCa(input.name)),
      importFiles: os.trust.importFiles.handler(({ input }) =>
        certificates.importFiles(input.files, input),
      ),
      exportCertificate: os.trust.exportCertificate.handler(({ input }) =>
        certificates.export(input.fingerprint, input.form, input.passphrase),
      ),
      exportDcu: os.trust.exportDcu.handler(({ input }) =>
        desks.handOutDcu(input.vin, input.passphrase),
      ),
    },
    secret: {
      reveal: os.secret.reveal.handler(() => secret.reveal()),
      set: os.secret.set.handler(async ({ input }) => {
        await secret.set(input.hex);
        return { set: true } as const;
      }),
    },
    acl: {
      get: os.acl.get.handler(() => access.get()),
      set: os.acl.set.handler(({ input }) => access.set(input.text)),
      doctor: os.acl.doctor.handler(({ input }) => access.doctor(input)),
      tryLive: os.acl.tryLive.handler(({ input }) => desks.tryLive(input)),
    },
    audit: {
      run: os.audit.run.handler(() => audit.run()),
      export: os.audit.export.handler(({ input }) => audit.export(input.form)),
    },
    mosquitto: {
      export: os.mosquitto.export.handler(({ input }) => desks.handOutMosquitto(input.port)),
      import: os.mosquitto.import.handler(({ input }) => importMosquitto(input.conf, input.acl)),
    },
  };
}
