import type { AclDecision, AclQuestion } from './decide.ts';
import { grants, hasWildcard } from './decide.ts';
import { BRACES } from './diagnose.ts';
import { filterMatches } from './filter.ts';
import type { AclRules } from './rules.ts';

/** In words, why a question was decided so; for a refusal, the line that nearly allowed it. */
export function why(
  rules: AclRules,
  question: AclQuestion & { user: string; access: 'read' | 'write' },
  decision: AclDecision,
  needed: boolean,
): string {
  const { user, access } = question;
  const line = rules.lines.find((each) => each.line === decision.line);
  if (decision.allowed && line) {
    const grant = `line ${String(line.line)} lets ${user} ${access} it`;
    return needed ? grant : `${grant}, though the protocol does not need it`;
  }
  if (line) {
    return `line ${String(line.line)} denies it, and deny is decided before anything else`;
  }
  const end = needed ? '' : ', and the protocol does not need it';
  if (hasWildcard(user)) return `a client whose name holds + or # is refused${end}`;
  const own = rules.lines.filter((each) => each.kind === 'pattern' || each.user === user);
  const literal = own.find(
    (each) =>
      grants(each.access, access) && BRACES.test(each.filter) && near(each.filter, question),
  );
  if (literal) {
    const braces = BRACES.exec(literal.filter)?.[0] ?? '';
    return `line ${String(literal.line)} would allow it, but ${braces} is taken literally${end}`;
  }
  const other = own.find(
    (each) => each.access !== 'deny' && !BRACES.test(each.filter) && near(each.filter, question),
  );
  if (other) {
    return `line ${String(other.line)} only lets ${user} ${other.access} it, and no line lets it ${access}${end}`;
  }
  return `no line lets ${user} ${access} it, and what no line allows is refused${end}`;
}

/** Would the filter match, had `{…}` been a wildcard? */
function near(filter: string, { user, clientId, topic }: AclQuestion): boolean {
  const read = filter
    .split('/')
    .map((level) =>
      level === '%u' ? (user ?? '') : level === '%c' ? clientId : BRACES.test(level) ? '+' : level,
    );
  return filterMatches(read.join('/'), topic);
}
