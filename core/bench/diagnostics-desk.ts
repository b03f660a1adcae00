import { homedir } from 'node:os';
import { type BenchView, type SavedFile, type UpdateView } from '#core/contract';
import { buildDiagnostics, readLogs } from '#core/diagnostics';
import { type Vault } from '#core/vault';
import { type AuditDesk } from './audit-desk.ts';
import { type Context } from './context.ts';
import { savedFile } from './trust/files.ts';

/** What is sent to whoever is asked for help. */
export type DiagnosticsDesk = { save(): Promise<SavedFile> };

/** The last ones are what somebody asks about. */
const UPDATES_LIMIT = 50;

export function createDiagnosticsDesk(deps: {
  context: Context;
  vault: Vault;
  audit: AuditDesk;
  view: () => BenchView;
  updates: () => readonly UpdateView[];
  vins: () => readonly string[];
  /** Folder of the host's logs, where it keeps any. */
  logsDir: string | undefined;
}): DiagnosticsDesk {
  const { context, vault, logsDir } = deps;
  return {
    async save() {
      const view = deps.view();
      const [findings, logs, secrets] = await Promise.all([
        deps.audit.run(),
        logsDir === undefined ? [] : readLogs(logsDir),
        secretsOf(context, vault),
      ]);
      const { node, electron, chrome } = process.versions;
      const { name, zip } = buildDiagnostics({
        at: context.clock.now(),
        versions: {
          ...{ product: view.version, host: view.host, node, electron, chrome },
          ...{ platform: process.platform, arch: process.arch },
        },
        ...{ view, findings, logs, secrets, vins: deps.vins(), home: homedir() },
        updates: deps.updates().slice(0, UPDATES_LIMIT).map(briefly),
      });
      return savedFile(name, 'application/zip', zip);
    },
  };
}

const briefly = ({ version, stage, refusal }: UpdateView) => ({
  ...{ version, stage, code: refusal?.code ?? null },
});

/** What the vault keeps, and passwords that were given for this run alone. */
async function secretsOf({ users }: Context, vault: Vault): Promise<Uint8Array[]> {
  const kept = await Promise.all((await vault.list()).map((name) => vault.get(name)));
  const given = users.all().map(({ password }) => Buffer.from(password));
  return [...kept.filter((bytes) => bytes !== null), ...given];
}
