import { EXIT, type ExitCode } from './exit.ts';
import { readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { writeOutput } from './outputs.ts';
import { type Surroundings } from './session.ts';
import { withTrust } from './trust.ts';

export function runAclGet(around: Surroundings, options: WorkspaceOptions): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { text, isDefault } = await client.acl.get();
    output.say({ event: 'acl', text, isDefault }, text.trimEnd());
    return undefined;
  });
}

/** @param file null: the default list */
export function runAclSet(
  around: Surroundings,
  file: string | null,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const text = file === null ? null : await readText(file);
    const { lines } = await client.acl.set({ text });
    output.say({ event: 'acl_set', lines }, `${String(lines)} lines decide from now on`);
    return undefined;
  });
}

export type DoctorOptions = WorkspaceOptions & {
  backend?: string;
  gatekeeper?: string;
  vehicle?: string[];
  repaired?: string;
  force?: boolean;
};

/** Says which flows a list breaks, and writes the repaired one where that is asked for. */
export function runAclDoctor(
  around: Surroundings,
  file: string,
  options: DoctorOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { backend, gatekeeper, vehicle, repaired: target, force } = options;
    const report = await client.acl.doctor({
      text: await readText(file),
      ...(backend === undefined ? {} : { backend }),
      ...(gatekeeper === undefined ? {} : { gatekeeper }),
      ...(vehicle === undefined ? {} : { vehicles: vehicle }),
    });
    for (const diagnostic of report.diagnostics) {
      const { line, column, severity, code, message, next } = diagnostic;
      output.say(
        { event: 'diagnostic', ...diagnostic },
        `line ${String(line)}, column ${String(column)}: ${severity} ${code}: ${message}\n    next: ${next}`,
      );
    }
    for (const cell of report.cells) {
      const { identity, flow, access, needed, allowed, why } = cell;
      const mark = allowed ? '✔' : '✘';
      const text = `${mark} ${identity.padEnd(18)} ${access.padEnd(5)} ${flow.padEnd(16)} ${why}`;
      output.say({ event: 'cell', ...cell }, needed || allowed ? text : null);
    }
    for (const what of report.broken) output.say({ event: 'broken', what }, `broken: ${what}`);
    if (report.repaired !== null && target !== undefined) {
      await writeOutput(target, report.repaired, { secret: false, force });
      output.say({ event: 'file', path: target }, `Wrote the repaired list to ${target}`);
    }
    const errors = report.diagnostics.some(({ severity }) => severity === 'error');
    if (errors || report.broken.length > 0) return EXIT.findingsHigh;
    return report.diagnostics.length > 0 ? EXIT.findingsLow : EXIT.ok;
  });
}
