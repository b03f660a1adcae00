import { AclError } from './errors.ts';
import type { AclLine, AclRules } from './rules.ts';
import { scanAcl } from './scan.ts';

/**
 * Reads an access list in Mosquitto's grammar, wholly or not at all.
 *
 * @throws AclError ACL_SYNTAX with line and column of the first line that is wrong
 */
export function parseAcl(text: string): AclRules {
  const lines: AclLine[] = [];
  for (const scanned of scanAcl(text)) {
    if (scanned.kind === 'fault') {
      const { reason, next, ...place } = scanned.fault;
      throw new AclError(reason, place, next);
    }
    if (scanned.kind === 'rule') lines.push(scanned.rule);
  }
  return { lines };
}
