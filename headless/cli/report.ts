import { open } from 'node:fs/promises';
import {
  bothTrusted,
  decodeReport,
  readFingerprint,
  readTrusted,
  REPORT_BYTES_LIMIT,
  type Trusted,
  verifyReport,
} from '#core/bench';
import { type ReportVerdict, type ReportView } from '#core/contract';
import { isCodedError } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { type Output } from './output.ts';
import { writeOutput } from './outputs.ts';
import { line as oneLine } from './plain.ts';
import { runCommand, type Surroundings } from './session.ts';
import { withTrust } from './trust.ts';

export type ListOptions = WorkspaceOptions & { vin?: string; text?: string; limit: number };
export type CreateOptions = WorkspaceOptions & {
  operator: string;
  purpose: string;
  order?: string;
  rxswin?: string;
  remarks?: string;
};
export type ExportOptions = WorkspaceOptions & {
  format: 'json' | 'html';
  language: 'en' | 'de';
  output?: string;
  force?: boolean;
};
export type VerifyOptions = {
  json?: boolean;
  verbose?: boolean;
  trust?: string[];
  fingerprint?: string[];
};
export type FileOptions = WorkspaceOptions & { out?: string; force?: boolean };

/** Asked for at once. */
const PAGE = 200;

export function runReportList(around: Surroundings, options: ListOptions): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { vin, text, limit } = options;
    let left = limit;
    let before: number | undefined;
    while (left > 0) {
      const page = await client.reports.list({
        ...{ vin, text, before },
        limit: Math.min(PAGE, left),
      });
      for (const report of page.reports) tellReport(report, output);
      left -= page.reports.length;
      if (page.next === null) break;
      before = page.next;
    }
    return undefined;
  });
}

export function runReportCreate(
  around: Surroundings,
  updateId: string,
  { operator, purpose, order, rxswin, remarks, ...options }: CreateOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const work = { operator, purpose, order, rxswin, remarks };
    tellReport(await client.reports.create({ updateId, ...work }), output);
    return undefined;
  });
}

export function runReportExport(
  around: Surroundings,
  reportId: string,
  options: ExportOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { format, language, output: file, force } = options;
    const saved = await client.reports.export({ reportId, format, language });
    await hand(saved.base64, file, force, output);
    return undefined;
  });
}

/** The script that verifies, or the keys to verify by. */
export function runReportFile(
  around: Surroundings,
  what: 'verifier' | 'publicKeys',
  options: FileOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { base64 } = await client.reports[what]();
    await hand(base64, options.out, options.force, output);
    return undefined;
  });
}

/** Needs no workspace, and asks nobody: what it trusts is named on the command line. */
export function runReportVerify(
  around: Surroundings,
  files: readonly string[],
  options: VerifyOptions,
): Promise<ExitCode> {
  return runCommand(around, options, async ({ output }) => {
    const given = await trustedBy(options);
    let refused = false;
    for (const file of files) {
      const verdict = await verifyFile(file, given);
      if (verdict.verdict === 'refused') refused = true;
      tellVerdict(file, verdict, output);
    }
    return refused ? EXIT.refused : EXIT.ok;
  });
}

async function trustedBy({ trust = [], fingerprint = [] }: VerifyOptions): Promise<Trusted | null> {
  const all = fingerprint.map(readFingerprint);
  for (const file of trust) all.push(readTrusted(await readText(file)));
  return all.length === 0 ? null : bothTrusted(...all);
}

async function verifyFile(file: string, given: Trusted | null): Promise<ReportVerdict> {
  const bytes = await readWhole(file);
  try {
    return await verifyReport(decodeReport(bytes), given === null ? {} : { given });
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const { code, reason, next } = error;
    const failures = [{ code, reason, next }];
    return { verdict: 'refused', trust: 'none', failures, key: null, document: null };
  }
}

/** One byte more than a report may have says that it has too many. */
async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const bytes = new Uint8Array(REPORT_BYTES_LIMIT + 1);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return bytes.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'cannot be read';
    throw new HeadlessError('FILE_UNREADABLE', `${file}: ${why}`, {
      next: 'name a file that you may read',
      cause,
    });
  }
}

function tellVerdict(file: string, verdict: ReportVerdict, output: Output): void {
  const { document, failures, key, trust } = verdict;
  const told = {
    reportId: document?.reportId ?? null,
    vin: document?.vehicle.vin ?? null,
    result: document?.result.word ?? null,
  };
  const line = { event: 'report_verified', file, verdict: verdict.verdict, trust, key, failures };
  const words =
    verdict.verdict === 'refused'
      ? failures.map(({ code, reason, next }) => `  ${code}: ${oneLine(reason)}\n    next: ${next}`)
      : [
          `  ${oneLine(document?.result.sentence ?? '')}`,
          `  report ${oneLine(told.reportId ?? '')}, by ${oneLine(document?.work.operator ?? '')}`,
          `  key ${key?.fingerprint ?? ''}${key?.caFingerprint ? `, CA ${key.caFingerprint}` : ''}`,
          ...(verdict.verdict === 'trusted' ? [] : [`  ${UNKNOWN}`]),
        ];
  output.say({ ...line, ...told }, [`${file}: ${SAYS[verdict.verdict]}`, ...words].join('\n'));
}

const SAYS = {
  trusted: 'OK: unchanged, and signed by a key that you trust',
  unknown_key: 'OK: unchanged since its key signed it',
  refused: 'NOT OK',
} as const;
const UNKNOWN = 'WHO SIGNED IS NOT KNOWN: give --fingerprint or --trust to know';

async function hand(
  base64: string,
  file: string | undefined,
  force: boolean | undefined,
  output: Output,
): Promise<void> {
  const content = Buffer.from(base64, 'base64');
  if (file === undefined) {
    output.raw(content.toString('utf8'));
    return;
  }
  await writeOutput(file, content, { secret: false, force });
  output.say({ event: 'file', path: file }, `Wrote ${file}`);
}

export function tellReport(report: ReportView, output: Output): void {
  const { reportId, createdAt, vin, word, operator, versions } = report;
  const when = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  const what = oneLine(versions.join(', ')) || 'rollback';
  output.say(
    { event: 'report', ...report },
    `${reportId}  ${when}Z  ${vin}  ${word.padEnd(12)} ${what}  (${oneLine(operator)})`,
  );
}
