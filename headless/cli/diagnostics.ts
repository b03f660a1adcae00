import { type ExitCode, EXIT } from './exit.ts';
import { type CommonOptions } from './options.ts';
import { writeOutput } from './outputs.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';

export type DiagnosticsOptions = CommonOptions & { out: string; force?: boolean };

/** Writes what somebody needs who is asked for help, without a secret in it. */
export function runDiagnostics(
  around: Surroundings,
  options: DiagnosticsOptions,
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const { base64 } = await bench.client.diagnostics.save();
      const { out, force } = options;
      const bytes = Buffer.from(base64, 'base64');
      await writeOutput(out, bytes, { secret: false, force });
      session.output.say(
        { event: 'file', path: out, bytes: bytes.length },
        `Diagnostics, to be read before they are sent: ${out}`,
      );
      return EXIT.ok;
    }),
  );
}
