import { z } from 'zod';
import { RefusalView } from './views.ts';

/** Certificates, keys, access rules and findings: what the Trust screen shows and does. */

export const CertificateState = z.enum([
  'valid',
  'expiring',
  'expired',
  'not_yet_valid',
  'revoked',
]);
export type CertificateState = z.infer<typeof CertificateState>;

export const CertificateView = z.object({
  /** SHA-256 of the DER, 64 hex characters; also the certificate's id here. */
  fingerprint: z.string(),
  kind: z.enum(['ca', 'server', 'client']),
  /** Common name; a client's MQTT identity. */
  cn: z.string(),
  subject: z.string(),
  issuer: z.string(),
  /** Hex, as OpenSSL prints it without colons. */
  serial: z.string(),
  /** `P-256`, `RSA 2048`, `Ed25519` … */
  keyType: z.string(),
  signatureAlgorithm: z.string(),
  /** `DNS:localhost`, `IP:127.0.0.1` … */
  altNames: z.array(z.string()),
  usages: z.array(z.string()),
  notBefore: z.number(),
  notAfter: z.number(),
  state: CertificateState,
  /** What of this bench presents it now: `broker`, `backend API`, a VIN; empty when nothing does. */
  usedBy: z.array(z.string()),
  /** True when the vault holds its private key. */
  hasKey: z.boolean(),
});
export type CertificateView = z.infer<typeof CertificateView>;

export const KeyView = z.object({
  kid: z.string(),
  name: z.string(),
  alg: z.string(),
  uses: z.array(z.string()),
  /** True when this bench can sign with it. */
  own: z.boolean(),
});
export type KeyView = z.infer<typeof KeyView>;

export const TrustView = z.object({
  vault: z.object({
    mode: z.enum(['session', 'keychain']),
    /** Why there is no keychain, when there is none. */
    refusal: RefusalView.optional(),
  }),
  /** What a person should know before relying on any of it, such as a CA that had to be made anew. */
  notices: z.array(RefusalView),
  certificates: z.array(CertificateView),
  keys: z.array(KeyView),
});
export type TrustView = z.infer<typeof TrustView>;

/** A file for the person to save. */
export const SavedFile = z.object({ name: z.string(), mime: z.string(), base64: z.string() });
export type SavedFile = z.infer<typeof SavedFile>;

export const FlowName = z.enum([
  'issue_details',
  'status',
  'acknowledgment',
  'progress',
  'command',
  'inventory',
  'presence',
  'firmware_request',
  'firmware_block',
]);
export type FlowName = z.infer<typeof FlowName>;

/** One cell of the ACL doctor: may this identity do its part in this flow? */
export const DoctorCell = z.object({
  identity: z.string(),
  flow: FlowName,
  access: z.enum(['read', 'write']),
  topic: z.string(),
  /** Whether the protocol needs this identity to have it. */
  needed: z.boolean(),
  allowed: z.boolean(),
  /** The deciding line, from 1; null when no line spoke (then it is refused). */
  line: z.number().int().nullable(),
  lineText: z.string().nullable(),
  why: z.string(),
});
export type DoctorCell = z.infer<typeof DoctorCell>;

export const AclDiagnostic = z.object({
  line: z.number().int(),
  column: z.number().int(),
  length: z.number().int(),
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  next: z.string(),
});
export type AclDiagnostic = z.infer<typeof AclDiagnostic>;

export const DoctorReport = z.object({
  diagnostics: z.array(AclDiagnostic),
  cells: z.array(DoctorCell),
  /** The file with the least change under which every needed cell is allowed; null when nothing is broken. */
  repaired: z.string().nullable(),
  /** In words, one line for each flow that is broken. */
  broken: z.array(z.string()),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

export const Severity = z.enum(['high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof Severity>;

export const Finding = z.object({
  /** Stable, upper snake case. */
  code: z.string(),
  severity: Severity,
  title: z.string(),
  /** What was seen: names, values, lines. */
  evidence: z.string(),
  /** What to do. */
  repair: z.string(),
});
export type Finding = z.infer<typeof Finding>;
