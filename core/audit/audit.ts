import type { Finding, Severity } from '#core/contract';
import { accessFindings } from './access.ts';
import { certificateFindings } from './certificates.ts';
import { doorFindings } from './doors.ts';
import { messageFindings } from './messages.ts';
import type { AuditSnapshot } from './snapshot.ts';
import { surroundingFindings } from './surroundings.ts';

const ORDER: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2, info: 3 };

/** All that is wrong with the bench's own security, the worst first. Pure. */
export function auditBench(snapshot: AuditSnapshot): Finding[] {
  return [
    ...doorFindings(snapshot),
    ...accessFindings(snapshot),
    ...certificateFindings(snapshot),
    ...messageFindings(snapshot),
    ...surroundingFindings(snapshot),
  ].sort(
    (a, b) =>
      ORDER[a.severity] - ORDER[b.severity] ||
      compare(a.code, b.code) ||
      compare(a.evidence, b.evidence) ||
      compare(a.repair, b.repair),
  );
}

/** By code unit, so that the order is the same in every language. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
