import { type Bench, type BenchClient } from '#core/bench';
import { type CertificateView, type SavedFile } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { findCertificate, trustOf } from './certificates.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { inputOf, readPassphrase } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { type Output } from './output.ts';
import { reserveOutput } from './outputs.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';

export type OutputOptions = WorkspaceOptions & { output: string; force?: boolean };
export type PassphraseOptions = { passphraseFile?: string };

type Body = (client: BenchClient, output: Output, bench: Bench) => Promise<ExitCode | undefined>;

/** Opens the workspace without starting a role. */
export function withTrust(
  around: Surroundings,
  options: WorkspaceOptions,
  body: Body,
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(
      around,
      options,
      session,
      async (bench) => (await body(bench.client, session.output, bench)) ?? EXIT.ok,
    ),
  );
}

/** What changes or hands out certificates makes no sense where the CA ends with this command. */
export function withLastingTrust(
  around: Surroundings,
  options: WorkspaceOptions,
  body: Body,
): Promise<ExitCode> {
  return withTrust(around, options, (client, output, bench) => {
    const { vault, vaultRefusal: refusal } = bench.view();
    if (vault === 'keychain') return body(client, output, bench);
    const why = refusal ? ` (${refusal.code}: ${refusal.reason})` : '';
    throw new HeadlessError(
      'SESSION_ONLY',
      `the CA and its keys are in memory only and end with this command${why}`,
      {
        next:
          refusal?.next ??
          'use --vault keychain; for one run, broker --certificates-out DIR writes its files',
      },
    );
  });
}

export function runList(around: Surroundings, options: WorkspaceOptions): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { vault, certificates, keys } = await trustOf(client);
    if (vault.mode === 'session') {
      const text = 'These certificates and keys end with this command: they are in memory only';
      output.note({ event: 'session_only' }, text);
    }
    for (const certificate of certificates) tellCertificate(certificate, output);
    for (const key of keys) {
      const { name, alg, kid, own } = key;
      const text = `key     ${name.padEnd(24)} ${alg.padEnd(8)} ${kid.slice(0, 16)} ${own ? 'own' : 'trusted'}`;
      output.say({ event: 'key', ...key }, text);
    }
    return undefined;
  });
}

export type IssueOptions = WorkspaceOptions & {
  kind: 'server' | 'client';
  cn: string;
  host?: string[];
  days?: number;
};

export function runIssue(around: Surroundings, options: IssueOptions): Promise<ExitCode> {
  const { kind, cn, host: hosts = [], days } = options;
  return withLastingTrust(around, options, async (client, output) => {
    const asked = { kind, cn, hosts, ...(days === undefined ? {} : { days }) };
    tellCertificate(await client.trust.issue(asked), output);
    return undefined;
  });
}

export function runSign(
  around: Surroundings,
  request: string,
  options: OutputOptions & { days?: number },
): Promise<ExitCode> {
  const { days } = options;
  return withLastingTrust(around, options, async (client, output) => {
    const asked = { request: await inputOf(request), ...(days === undefined ? {} : { days }) };
    await save(options, false, output, async () => {
      const { certificate, file } = await client.trust.sign(asked);
      tellCertificate(certificate, output);
      return file;
    });
    return undefined;
  });
}

export function runRenew(
  around: Surroundings,
  which: string,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const { fingerprint } = await chosen(client, which, 'newest');
    tellCertificate(await client.trust.renew({ fingerprint }), output);
    return undefined;
  });
}

export function runRevoke(
  around: Surroundings,
  which: string,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const { fingerprint } = await chosen(client, which, 'refuse');
    tellCertificate(await client.trust.revoke({ fingerprint }), output);
    return undefined;
  });
}

export type ExportOptions = OutputOptions &
  PassphraseOptions & { form: 'pem' | 'pem-with-key' | 'pkcs12' | 'der' };

export function runExport(
  around: Surroundings,
  which: string,
  options: ExportOptions,
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const { form } = options;
    if (form === 'pkcs12' && options.passphraseFile === undefined) {
      throw new HeadlessError('PASSPHRASE_FILE', 'a PKCS#12 file needs a passphrase', {
        next: 'give it with --passphrase-file FILE, or - for standard input',
      });
    }
    const secret = form === 'pem-with-key' || form === 'pkcs12';
    const passphrase = secret ? await passphraseOf(around, options) : {};
    const { fingerprint } = await chosen(client, which, 'newest');
    await save(options, secret, output, () =>
      client.trust.exportCertificate({ fingerprint, form, ...passphrase }),
    );
    return undefined;
  });
}

export type ImportOptions = WorkspaceOptions &
  PassphraseOptions & { as: 'ca' | 'identity'; force?: boolean };

export function runImport(
  around: Surroundings,
  files: readonly string[],
  options: ImportOptions,
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const inputs = [];
    for (const file of files) inputs.push(await inputOf(file));
    const passphrase = await passphraseOf(around, options);
    const issued = async (): Promise<number> =>
      (await trustOf(client)).certificates.filter(({ kind }) => kind !== 'ca').length;
    const before = await issued();
    const imported = await client.trust.importFiles({
      ...{ files: inputs, as: options.as, keepIssued: options.force !== true },
      ...passphrase,
    });
    for (const certificate of imported) tellCertificate(certificate, output);
    if (options.as === 'ca') {
      const after = await issued();
      const lost = before - after;
      output.say(
        { event: 'ca_replaced', before, after, lost },
        `Certificates besides the CA: ${String(before)} before, ${String(after)} now; ${String(lost)} of the former CA are no longer trusted`,
      );
    }
    return undefined;
  });
}

export function runDcuBundle(
  around: Surroundings,
  vin: string,
  options: OutputOptions & PassphraseOptions,
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const passphrase = await passphraseOf(around, options);
    await save(options, true, output, () => client.trust.exportDcu({ vin, ...passphrase }));
    return undefined;
  });
}

async function chosen(
  client: BenchClient,
  which: string,
  several: 'newest' | 'refuse',
): Promise<CertificateView> {
  return findCertificate((await trustOf(client)).certificates, which, several);
}

async function passphraseOf(
  around: Surroundings,
  { passphraseFile }: PassphraseOptions,
): Promise<{ passphrase?: string }> {
  const passphrase = await readPassphrase(passphraseFile, around);
  return passphrase === undefined ? {} : { passphrase };
}

/** The place first: a certificate that reaches nobody shall not be made. */
async function save(
  { output: path, force }: OutputOptions,
  secret: boolean,
  output: Output,
  make: () => Promise<SavedFile>,
): Promise<void> {
  const place = await reserveOutput(path, { secret, force });
  try {
    await place.write(Buffer.from((await make()).base64, 'base64'));
    await place.commit();
  } finally {
    await place.release();
  }
  output.say({ event: 'file', path }, `Wrote ${path}${secret ? ', which holds a key' : ''}`);
}

export function tellCertificate(certificate: CertificateView, output: Output): void {
  const { kind, cn, state, notAfter, fingerprint, usedBy } = certificate;
  const until = new Date(notAfter).toISOString().slice(0, 10);
  const used = usedBy.length > 0 ? `  used by ${usedBy.join(', ')}` : '';
  output.say(
    { event: 'certificate', ...certificate },
    `${kind.padEnd(7)} ${cn.padEnd(24)} ${state.padEnd(13)} until ${until}  ${fingerprint.slice(0, 16)}${used}`,
  );
}
