import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import {
  CertificateView,
  DoctorReport,
  Finding,
  FlowName,
  SavedFile,
  Severity,
  TrustView,
} from './trust-views.ts';
import { frameOf } from './views.ts';

const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/);
const CommonName = z
  .string()
  .min(1)
  .max(64)
  // A client whose name carries + or # is refused by the broker; it shall not get a certificate.
  .regex(/^[^+#/]+$/);
/** Longest text of an ACL or a configuration file that is taken, characters. */
const TEXT_LIMIT = 1_048_576;
/** Longest file that is taken, base64 characters (1 MiB of bytes). */
const FILE_LIMIT = 1_398_104;
const File = z.object({ name: z.string().max(255), base64: z.string().max(FILE_LIMIT) });

/** Certificates and keys, access rules, findings, and the way to and from Mosquitto. */
export const trustContract = {
  trust: {
    watch: base.output(eventIterator(frameOf(TrustView))),
    /** A new key and certificate from the bench CA, into the vault. */
    issue: base
      .input(
        z.object({
          kind: z.enum(['server', 'client']),
          cn: CommonName,
          /** DNS names and addresses of a server. */
          hosts: z.array(z.string().min(1).max(253)).max(32).default([]),
          days: z.number().int().min(1).max(3_650).default(365),
        }),
      )
      .output(CertificateView),
    /** Signs a certificate request (PEM or DER) of a real DCU; the key never comes here. */
    sign: base
      .input(z.object({ request: File, days: z.number().int().min(1).max(3_650).default(365) }))
      .output(z.object({ certificate: CertificateView, file: SavedFile })),
    /** Same name and kind, new key; the old one stays valid until it ends or is revoked. */
    renew: base.input(z.object({ fingerprint: Fingerprint })).output(CertificateView),
    /** On the CRL at once; a live session of it is cut. */
    revoke: base.input(z.object({ fingerprint: Fingerprint })).output(CertificateView),
    /** A new bench CA. Everything issued by the old one stops being trusted. */
    createCa: base.input(z.object({ name: CommonName })).output(CertificateView),
    /** CA or identity: PEM (keys may be encrypted), DER, PKCS#12. */
    importFiles: base
      .input(
        z.object({
          files: z.array(File).min(1).max(8),
          passphrase: z.string().max(1_024).optional(),
          as: z.enum(['ca', 'identity']),
          /** Of `ca`: refused (CA_IN_USE) where what the present one issued would be lost. */
          keepIssued: z.boolean().default(false),
        }),
      )
      .output(z.array(CertificateView)),
    exportCertificate: base
      .input(
        z.object({
          fingerprint: Fingerprint,
          form: z.enum(['pem', 'pem-with-key', 'pkcs12', 'der']),
          /** Of `pkcs12` and, when given, of the key in `pem-with-key`. */
          passphrase: z.string().min(8).max(1_024).optional(),
        }),
      )
      .output(SavedFile),
    /** One zip with what a real DCU needs: certificate, key, CA, addresses, topics, a README. */
    exportDcu: base
      .input(z.object({ vin: CommonName, passphrase: z.string().min(8).max(1_024).optional() }))
      .output(SavedFile),
  },
  secret: {
    /** The shared secret of HS256 and hmac, hex, for a script that computes it [S3]. Whoever has it can forge. */
    reveal: base.output(z.object({ hex: z.string() })),
    /** 16 to 64 bytes as hex, or null for a new random one. Refused while a role runs. */
    set: base
      .input(
        z.object({
          hex: z
            .string()
            .regex(/^([0-9a-fA-F]{2}){16,64}$/)
            .nullable(),
        }),
      )
      .output(z.object({ set: z.literal(true) })),
  },
  acl: {
    get: base.output(z.object({ text: z.string(), isDefault: z.boolean() })),
    /**
     * Takes effect at once in the embedded broker; refused as a whole when a line is wrong. Null: the
     * default. Answers what is in force, as `get` would.
     */
    set: base
      .input(z.object({ text: z.string().max(TEXT_LIMIT).nullable() }))
      .output(z.object({ lines: z.number().int(), text: z.string(), isDefault: z.boolean() })),
    /** Diagnoses a text without using it. */
    doctor: base
      .input(
        z.object({
          text: z.string().max(TEXT_LIMIT),
          /** Who plays the backend, gatekeeper and vehicles in that file; ours when left out. */
          backend: z.string().max(64).optional(),
          gatekeeper: z.string().max(64).optional(),
          vehicles: z.array(z.string().max(64)).max(64).optional(),
        }),
      )
      .output(DoctorReport),
    /** Really connects to the running broker as that identity and tries the flow. */
    tryLive: base
      .input(
        z.object({
          identity: z.string().min(1).max(64),
          flow: FlowName,
          access: z.enum(['read', 'write']),
          vin: z.string().min(1).max(64),
        }),
      )
      .output(z.object({ allowed: z.boolean(), detail: z.string() })),
  },
  audit: {
    run: base.output(z.array(Finding)),
    export: base.input(z.object({ form: z.enum(['json', 'sarif']) })).output(SavedFile),
  },
  mosquitto: {
    /** A working configuration folder for the present set-up, as one zip. */
    export: base
      .input(z.object({ port: z.number().int().min(1).max(65_535).default(8_883) }))
      .output(SavedFile),
    /** Reads mosquitto.conf (and acl.conf); nothing is changed until `acl.set` or `settings.set`. */
    import: base
      .input(
        z.object({ conf: z.string().max(TEXT_LIMIT), acl: z.string().max(TEXT_LIMIT).optional() }),
      )
      .output(
        z.object({
          listeners: z.array(
            z.object({
              line: z.number().int(),
              kind: z.enum(['tcp', 'tls', 'ws', 'wss']),
              /** Which listener of Settings comes closest to it. */
              as: z.enum(['tls', 'tlsPassword', 'tcp', 'wss', 'ws']),
              host: z.string(),
              port: z.number().int(),
              detail: z.string(),
            }),
          ),
          acl: z.string().nullable(),
          unsupported: z.array(
            z.object({
              line: z.number().int(),
              option: z.string(),
              meaning: z.string(),
              severity: Severity,
            }),
          ),
        }),
      ),
  },
};
