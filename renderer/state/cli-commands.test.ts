import { type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../headless/cli/program.ts';
import { type Surroundings } from '../../headless/cli/session.ts';
import { asShell, cli, type CliCommand } from './cli-commands.ts';

const W = '/home/a b/bench';
const certificate = { fingerprint: 'a'.repeat(64), cn: 'VIN1' };
const draft = { vin: 'VIN1', ecuId: 'brake', artifactName: '-x.bin', version: '3.1.0' };

/** At least one of each; the type asks for those of a command that is added. */
const offered: Record<keyof typeof cli, CliCommand[]> = {
  demo: [cli.demo()],
  sample: [cli.sample(W)],
  removeSample: [cli.removeSample(W)],
  publish: [
    cli.publish(W, { ...draft, artifactName: 'brake.bin', description: '' }),
    cli.publish(W, { ...draft, artifactName: 'a b.bin', description: '-new', releaseCounter: 7 }),
  ],
  publishReleases: [cli.publishReleases(W, 'VIN1', [{ ecuId: 'brake', releaseId: 'r-1' }])],
  rollback: [cli.rollback(W, 'VIN1', 'brake')],
  exportCapture: (['ndjson', 'csv', 'pcapng'] as const).map((form) => cli.exportCapture(W, form)),
  issue: [
    cli.issue(W, { kind: 'client', cn: 'VIN1', hosts: [], days: 30 }),
    cli.issue(W, { kind: 'server', cn: 'b', hosts: ['localhost', '127.0.0.1'], days: 365 }),
  ],
  renew: [cli.renew(W, certificate)],
  revoke: [cli.revoke(W, certificate)],
  exportCertificate: (['pem', 'der', 'pem-with-key', 'pkcs12'] as const).map((form) =>
    cli.exportCertificate(W, certificate, form),
  ),
  dcu: [cli.dcu(W, 'VIN1')],
  audit: [cli.audit(W)],
};

/** The command line's own program, which understands but does nothing. */
function program(ran: () => void): Command {
  const idle = (command: Command): Command => {
    for (const each of command.commands) idle(each);
    return command.action(ran);
  };
  const made = describeProgram({} as Surroundings, () => Promise.resolve());
  for (const each of made.commands) idle(each);
  return made;
}

describe('a command that the window offers', () => {
  it.each(Object.entries(offered))('is understood by the command line: %s', (_name, commands) => {
    for (const command of commands) {
      let runs = 0;
      program(() => (runs += 1)).parse([...command], { from: 'user' });
      expect(runs).toBe(1);
    }
  });

  it('would be refused if it were wrong', () => {
    expect(() => program(() => undefined).parse(['demo', '--nonsense'], { from: 'user' })).toThrow(
      'unknown option',
    );
  });

  it('leaves nothing of a name to the shell', () => {
    const items = [{ ecuId: "it's $(rm)", releaseId: 'r-2' }];
    expect(asShell(cli.publishReleases('/home/a b', 'VIN1', items))).toBe(
      String.raw`ota-bench publish --workspace '/home/a b' --vin VIN1 --release 'it'\''s $(rm)=r-2'`,
    );
  });
});
