import { type Command, InvalidArgumentError, Option } from 'commander';
import { type DoctorOptions, runAclDoctor, runAclGet, runAclSet } from './acl.ts';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { runMosquittoExport, runMosquittoImport } from './mosquitto.ts';
import { collect, parsePort, type WorkspaceOptions, workspaceOptions } from './options.ts';
import { type Surroundings } from './session.ts';
import { runNewCa, runSecret } from './trust-secret.ts';
import {
  type ExportOptions,
  type ImportOptions,
  type IssueOptions,
  type OutputOptions,
  type PassphraseOptions,
  runDcuBundle,
  runExport,
  runImport,
  runIssue,
  runList,
  runRenew,
  runRevoke,
  runSign,
} from './trust.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

/** `trust …`: certificates, keys and access rules of a workspace, while no role runs on it. */
export function describeTrust(program: Command, around: Surroundings, take: Take): void {
  const trust = program
    .command('trust')
    .description('certificates, keys and access rules of a workspace')
    .addHelpText('after', EXIT_HELP);
  const command = (parent: Command, name: string, summary: string): Command => {
    const made = parent.command(name).description(summary).addHelpText('after', EXIT_HELP);
    for (const option of workspaceOptions()) made.addOption(option);
    return made;
  };

  command(trust, 'list', 'certificates and signing keys').action((options: WorkspaceOptions) =>
    take(runList(around, options)),
  );
  command(trust, 'issue', 'make a key and a certificate of the bench CA')
    .addOption(
      new Option('--kind <kind>', 'what it is for')
        .choices(['server', 'client'])
        .makeOptionMandatory(),
    )
    .requiredOption('--cn <name>', "common name; a client's MQTT identity")
    .addOption(
      new Option('--host <name>', 'name or address of a server (repeatable)').argParser(collect),
    )
    .addOption(days())
    .action((options: IssueOptions) => take(runIssue(around, options)));
  command(trust, 'ca', 'make a new CA of the bench; what the present one issued is lost')
    .requiredOption('--cn <name>', 'its common name')
    .option('--force', 'although certificates stop being trusted')
    .action((options: WorkspaceOptions & { cn: string; force?: boolean }) =>
      take(runNewCa(around, options)),
    );
  command(trust, 'secret', 'replace the shared secret of HS256 and hmac, by a random one')
    .option('--file <file>', 'by the one in this file, as hexadecimal digits; - is standard input')
    .action((options: WorkspaceOptions & { file?: string }) => take(runSecret(around, options)));
  output(command(trust, 'sign', 'sign a certificate request; its key stays where it is'))
    .argument('<file>', 'the request, PEM or DER')
    .addOption(days())
    .action((file: string, options: OutputOptions & { days?: number }) =>
      take(runSign(around, file, options)),
    );
  command(trust, 'renew', 'same name and kind, new key')
    .argument('<which>', WHICH)
    .action((which: string, options: WorkspaceOptions) => take(runRenew(around, which, options)));
  command(trust, 'revoke', 'put a certificate on the revocation list')
    .argument('<which>', WHICH)
    .action((which: string, options: WorkspaceOptions) => take(runRevoke(around, which, options)));
  passphrase(output(command(trust, 'export', 'write a certificate, with its key where asked for')))
    .argument('<which>', WHICH)
    .addOption(
      new Option('--form <form>', 'what to write')
        .choices(['pem', 'pem-with-key', 'pkcs12', 'der'])
        .default('pem'),
    )
    .action((which: string, options: ExportOptions) => take(runExport(around, which, options)));
  passphrase(command(trust, 'import', 'take a CA or an identity from PEM, DER or PKCS#12 files'))
    .argument('<files...>', 'certificates and keys that belong together')
    .addOption(
      new Option('--as <what>', 'what they are').choices(['ca', 'identity']).makeOptionMandatory(),
    )
    .option('--force', 'replace a CA although what it issued stops being trusted')
    .action((files: string[], options: ImportOptions) => take(runImport(around, files, options)));
  passphrase(output(command(trust, 'dcu', 'write all that a real DCU needs, as one zip')))
    .argument('<vin>', 'the vehicle')
    .action((vin: string, options: OutputOptions & PassphraseOptions) =>
      take(runDcuBundle(around, vin, options)),
    );
  output(command(trust, 'mosquitto', 'write a Mosquitto configuration; a folder, or one .zip'))
    .addOption(new Option('--tls-port <port>', 'its port; left out: 8883').argParser(parsePort))
    .action((options: OutputOptions & { tlsPort?: number }) =>
      take(runMosquittoExport(around, options)),
    );
  command(trust, 'import-mosquitto', 'tell what a mosquitto.conf means here; changes nothing')
    .argument('<conf>', 'mosquitto.conf')
    .option('--acl <file>', 'its access list')
    .action((conf: string, options: WorkspaceOptions & { acl?: string }) =>
      take(runMosquittoImport(around, conf, options)),
    );

  const acl = trust.command('acl').description('the access list').addHelpText('after', EXIT_HELP);
  command(acl, 'get', 'print the list that decides').action((options: WorkspaceOptions) =>
    take(runAclGet(around, options)),
  );
  command(acl, 'set', 'let the list of a file decide')
    .argument('<file>', "in Mosquitto's grammar")
    .action((file: string, options: WorkspaceOptions) => take(runAclSet(around, file, options)));
  command(acl, 'reset', 'let the default list decide').action((options: WorkspaceOptions) =>
    take(runAclSet(around, null, options)),
  );
  command(acl, 'doctor', 'tell which flows a list breaks')
    .argument('<file>', "in Mosquitto's grammar")
    .option('--backend <name>', 'who plays the backend in it')
    .option('--gatekeeper <name>', 'who plays the gatekeeper in it')
    .addOption(new Option('--vehicle <name>', 'a vehicle in it (repeatable)').argParser(collect))
    .option('--repaired <file>', 'write the repaired list there')
    .option('--force', 'replace a file that is there')
    .action((file: string, options: DoctorOptions) => take(runAclDoctor(around, file, options)));
}

const WHICH = 'fingerprint (8 characters or more), common name, or KIND:NAME';

const output = (made: Command): Command =>
  made
    .requiredOption('--output <file>', 'where to write it')
    .option('--force', 'replace a file that is there');

const passphrase = (made: Command): Command =>
  made.option('--passphrase-file <file>', 'file with the passphrase; - is standard input');

const days = (): Option =>
  new Option('--days <n>', 'how long it is valid; left out: 365').argParser((text) => {
    const count = Number(text);
    if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 3_650) return count;
    throw new InvalidArgumentError('a certificate is valid for 1 to 3650 days.');
  });
