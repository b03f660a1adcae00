export {
  createBenchCa,
  openBenchCa,
  type BenchCa,
  type BenchCaOptions,
  type CaChange,
  type IssueRequest,
} from './ca.ts';
export type { Identity } from './identity.ts';
export type { CertificateRecord, CertificateState } from './record.ts';
export { inspectCertificate, type CertificateDetails } from './inspect.ts';
export { readCertificateFiles, type CertificateFiles, type InputFile } from './read-files.ts';
export { exportDer, exportPem, exportPkcs12 } from './export.ts';
export { dcuBundle } from './dcu-bundle.ts';
export type { DcuBundle } from './dcu-needs.ts';
export { PkiError, type PkiErrorCode } from './errors.ts';
