export { AclError, type AclErrorCode } from './errors.ts';
export type { AclAccess, AclLine, AclRules } from './rules.ts';
export { parseAcl } from './parse.ts';
export { decide, hasWildcard, type AclDecision, type AclQuestion } from './decide.ts';
export { defaultAcl, printAcl } from './print.ts';
export { filterFault, filterMatches } from './filter.ts';
