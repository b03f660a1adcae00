export { createBenchCa, type BenchCa, type Issued, type IssueRequest } from './ca.ts';
export { PkiError, type PkiErrorCode } from './errors.ts';
