import { type Finding, type Severity } from '#core/contract';
import { unreachable } from '#core/ports';
import { EXIT, type ExitCode } from './exit.ts';
import { type CommonOptions } from './options.ts';
import { type Output } from './output.ts';
import { writeOutput } from './outputs.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';

export type AuditOptions = CommonOptions & {
  format: 'text' | 'json' | 'sarif';
  output?: string;
  force?: boolean;
};

/** Looks at the workspace as it would start, without starting a role. */
export function runAudit(around: Surroundings, options: AuditOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const findings = await bench.client.audit.run();
      const { format, output: file, force } = options;
      if (format === 'text') {
        if (file === undefined) tellFindings(findings, session.output);
        else await writeOutput(file, textOf(findings), { secret: false, force });
      } else {
        const { base64 } = await bench.client.audit.export({ form: format });
        const document = Buffer.from(base64, 'base64').toString('utf8');
        if (file === undefined) session.output.raw(document);
        else await writeOutput(file, document, { secret: false, force });
      }
      if (file !== undefined) {
        const count = countOf(findings);
        session.output.say({ event: 'file', path: file }, `${count}: ${file}`);
      }
      return exitOf(findings);
    }),
  );
}

const SEVERITIES = ['high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

function tellFindings(findings: readonly Finding[], output: Output): void {
  for (const finding of findings) output.say({ event: 'finding', ...finding }, null);
  const severities = findings.map(({ severity }) => severity);
  const counts = Object.fromEntries(
    SEVERITIES.map((each) => [each, severities.filter((severity) => severity === each).length]),
  );
  output.say(
    { event: 'audited', findings: findings.length, ...counts },
    textOf(findings).trimEnd(),
  );
}

/** Grouped by severity, the worst first. */
function textOf(findings: readonly Finding[]): string {
  const groups = SEVERITIES.map((severity) => {
    const group = findings.filter((each) => each.severity === severity);
    if (group.length === 0) return '';
    const lines = group.map(
      ({ code, title, evidence, repair }) =>
        `  ${code}: ${title}\n    seen: ${evidence}\n    repair: ${repair}\n`,
    );
    return `${severity.toUpperCase()}\n${lines.join('')}`;
  });
  return `${groups.join('')}${countOf(findings)}\n`;
}

function countOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings';
  return findings.length === 1 ? '1 finding' : `${String(findings.length)} findings`;
}

/** What is only worth knowing fails nobody's build. */
function exitOf(findings: readonly Pick<Finding, 'severity'>[]): ExitCode {
  const worst = SEVERITIES.find((each) => findings.some(({ severity }) => severity === each));
  switch (worst) {
    case undefined:
    case 'info':
      return EXIT.ok;
    case 'low':
      return EXIT.findingsLow;
    case 'medium':
      return EXIT.findingsMedium;
    case 'high':
      return EXIT.findingsHigh;
    default:
      return unreachable(worst);
  }
}
