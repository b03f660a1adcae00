import { type ExitCode } from './exit.ts';
import { type WorkspaceOptions } from './options.ts';
import { line } from './plain.ts';
import { tellReport } from './report.ts';
import { type Surroundings } from './session.ts';
import { withTrust } from './trust.ts';

export type FinishOptions = WorkspaceOptions & { remarks?: string; unfinished?: boolean };

/** Sessions that have no report yet, also those that a crash left behind. */
export function runReportSessions(
  around: Surroundings,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    for (const session of await client.reports.running()) {
      const { sessionId, vin, operator, purpose, updateIds } = session;
      output.say(
        { event: 'session', ...session },
        `${sessionId}  ${vin}  ${line(operator)}, ${line(purpose)}: ${String(updateIds.length)} updates`,
      );
    }
    return undefined;
  });
}

export function runReportFinish(
  around: Surroundings,
  sessionId: string,
  { remarks, unfinished, ...options }: FinishOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    tellReport(await client.reports.finish({ sessionId, remarks, unfinished }), output);
    return undefined;
  });
}

export function runReportDiscard(
  around: Surroundings,
  sessionId: string,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    await client.reports.discard({ sessionId });
    output.say({ event: 'discarded', sessionId }, `Discarded session ${sessionId}`);
    return undefined;
  });
}
