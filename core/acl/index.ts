export { AclError, type AclErrorCode } from './errors.ts';
export { parseAcl, type AclAccess, type AclLine, type AclRules } from './parse.ts';
export { decide, hasWildcard, type AclDecision, type AclQuestion } from './decide.ts';
export { defaultAcl, printAcl } from './print.ts';
export { filterFault, filterMatches } from './filter.ts';
