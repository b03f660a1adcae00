export { auditBench } from './audit.ts';
export type {
  AuditAclLine,
  AuditCertificate,
  AuditIdentity,
  AuditListener,
  AuditSnapshot,
} from './snapshot.ts';
export { toSarif, type SarifLog } from './sarif.ts';
export { toJson } from './json.ts';
