import type { AclLine, AclRules } from './rules.ts';

/** Writes rules as text which `parseAcl` reads back to the same decisions. Comments are lost. */
export function printAcl(rules: AclRules): string {
  const users = new Map<string | null, AclLine[]>();
  // Anonymous lines can only stand before the first `user`.
  users.set(null, []);
  const patterns: AclLine[] = [];
  for (const line of rules.lines) {
    if (line.kind === 'pattern') {
      patterns.push(line);
      continue;
    }
    const own = users.get(line.user);
    if (own) own.push(line);
    else users.set(line.user, [line]);
  }
  const text: string[] = [];
  for (const [user, lines] of users) {
    if (user !== null) text.push(`user ${user}`);
    text.push(...lines.map(printLine));
  }
  text.push(...patterns.map(printLine));
  return text.map((line) => `${line}\n`).join('');
}

function printLine(line: AclLine): string {
  return `${line.kind} ${line.access} ${line.filter}`;
}

/** The bench's own access list for topics below `root`. */
export function defaultAcl(root: string): string {
  return `# Access for the bench's own identities. DCUs are known by their VIN (%u).
user backend
topic write ${root}/+/issue_details
topic write ${root}/+/command
topic write ${root}/+/firmware/+/block
topic read ${root}/#
user gatekeeper
topic read ${root}/+/issue_details
topic read ${root}/+/inventory
topic write ${root}/+/status
pattern read ${root}/%u/status
pattern read ${root}/%u/command
pattern read ${root}/%u/firmware/+/block
pattern write ${root}/%u/status/acknowledgment
pattern write ${root}/%u/progress
pattern write ${root}/%u/inventory
pattern write ${root}/%u/presence
pattern write ${root}/%u/firmware/+/request
`;
}
