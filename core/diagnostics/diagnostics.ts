import { strToU8, zipSync } from 'fflate';
import { type BenchView, type Finding } from '#core/contract';
import { redact } from '#core/ports';
import { type LogText } from './logs.ts';
import { createScrub } from './scrub.ts';

export type DiagnosticsInput = {
  /** Milliseconds since 1970. */
  at: number;
  /** Of the product and of what it runs on. */
  versions: Readonly<Record<string, string | undefined>>;
  view: BenchView;
  findings: readonly Finding[];
  logs: readonly LogText[];
  /** How the updates ended, without what is in them. */
  updates: readonly { version: string; stage: string; code: string | null }[];
  /** Every secret that is known, so that none of them can be in what is sent. */
  secrets: readonly Uint8Array[];
  vins: readonly string[];
  home: string;
};

const README = `OTA Bench diagnostics

versions.json   what runs on what
bench.json      roles, connections, addresses and settings
findings.json   what the bench finds weak about itself
updates.json    how the last updates ended
logs/           the end of each log

Private keys, passwords, tokens and shared secrets are not in here: every one that the bench knows
was looked for and taken out, and so was what has the form of one. Vehicles are numbered instead of
named, and the home folder is written as ~. Read it before you send it.
`;

/** One zip for whoever is asked for help: small, plain to read, and safe to send. */
export function buildDiagnostics(input: DiagnosticsInput): { name: string; zip: Uint8Array } {
  const scrub = createScrub(input);
  const json = (value: unknown): Uint8Array =>
    strToU8(
      // Text by text, before JSON escapes what is in it.
      `${JSON.stringify(redact(value), (_, each: unknown) => (typeof each === 'string' ? scrub(each) : each), 2)}\n`,
    );
  const { view } = input;
  const at = new Date(input.at).toISOString();
  const files: Record<string, Uint8Array> = {
    'README.txt': strToU8(README),
    'versions.json': json({ at, ...input.versions }),
    'bench.json': json(view),
    'findings.json': json(input.findings),
    'updates.json': json(input.updates),
  };
  for (const { name, text } of input.logs) files[`logs/${name}`] = strToU8(scrub(text));
  const stamp = at.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return { name: `ota-bench-diagnostics-${stamp}.zip`, zip: zipSync(files, { mtime: input.at }) };
}
