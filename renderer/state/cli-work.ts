import type { ConditionsView, Fault, GuidedItem, RoleName, Settings } from '#core/contract';
import { faultText } from './cli-fault.ts';
import { settingChanges } from './cli-settings.ts';
import { at, flag, given, named, type CliCommand } from './cli-words.ts';

type Work = {
  operator: string;
  purpose: string;
  order?: string | undefined;
  rxswin?: string | undefined;
  remarks?: string | undefined;
};

/** Bench, updates, vehicles, settings, reports, Lab, help. */
export const workCommands = {
  /** Until Ctrl-C; which is how a role is stopped there. */
  serve: (workspace: string, roles: readonly RoleName[]): CliCommand => [
    ...['serve', ...at(workspace), ...roles.flatMap((role) => ['--role', role])],
  ],
  fault: (workspace: string, vin: string, fault: Fault): CliCommand => [
    ...['serve', ...at(workspace), '--fault', faultText(vin, fault)],
  ],
  demo: (workspace: string): CliCommand => ['demo', ...at(workspace)],
  sample: (workspace: string): CliCommand => ['sample', ...at(workspace)],
  sampleReleases: (workspace: string): CliCommand => ['sample', '--releases', ...at(workspace)],
  removeSample: (workspace: string): CliCommand => ['sample', '--remove', ...at(workspace)],
  diagnostics: (workspace: string): CliCommand => [
    ...['diagnostics', ...at(workspace), '--out', 'ota-bench-diagnostics.zip'],
  ],

  /** One image; where its file lies on the disk is not known to a window. */
  publish: (
    workspace: string,
    draft: {
      vin: string;
      ecuId: string;
      artifactName: string;
      version: string;
      description: string;
      releaseCounter?: number | undefined;
    },
  ): CliCommand => [
    ...['publish', ...at(workspace), '--vin', draft.vin, '--ecu', draft.ecuId],
    ...['--firmware', draft.artifactName, '--fw-version', draft.version],
    ...given('--description', draft.description),
    ...given('--release-counter', draft.releaseCounter),
  ],
  publishBundle: (workspace: string, vin: string, file: string): CliCommand => [
    ...['publish', ...at(workspace), '--vin', vin, '--bundle', file],
  ],
  /** Releases of the catalogue, as they were signed. */
  publishReleases: (workspace: string, vin: string, items: readonly GuidedItem[]): CliCommand => [
    ...['publish', ...at(workspace), '--vin', vin],
    ...items.flatMap(({ releaseId, ecuId }) => ['--release', `${ecuId}=${releaseId}`]),
  ],
  update: (
    workspace: string,
    what: 'cancel' | 'pause' | 'resume' | 'confirm' | 'decline',
    updateId: string,
  ): CliCommand => ['update', what, ...at(workspace), ...named(updateId)],
  rollback: (workspace: string, vin: string, ecuId: string, askedBy = ''): CliCommand => [
    ...['rollback', ...at(workspace), '--vin', vin, '--ecu', ecuId],
    ...given('--asked-by', askedBy),
  ],
  /** From every vehicle that runs it on that ECU. */
  recall: (workspace: string, version: string, ecuId: string, askedBy = ''): CliCommand => [
    ...['rollback', ...at(workspace), '--all', '--fw-version', version, '--ecu', ecuId],
    ...given('--asked-by', askedBy),
  ],

  addVehicle: (workspace: string, vin: string, profile: string): CliCommand => [
    ...['vehicle', 'add', ...at(workspace), '--profile', profile, ...named(vin)],
  ],
  removeVehicle: (workspace: string, vin: string): CliCommand => [
    ...['vehicle', 'remove', ...at(workspace), ...named(vin)],
  ],
  conditions: (workspace: string, vin: string, now: ConditionsView): CliCommand => [
    ...['vehicle', 'conditions', ...at(workspace)],
    ...['--supply', String(now.supplyMillivolts), '--ignition', now.ignition],
    ...['--parked', now.parked ? 'yes' : 'no', '--temperature', String(now.temperatureCelsius)],
    ...['--space', String(now.freeBytes), ...named(vin)],
  ],
  profile: (workspace: string, name: string): CliCommand => [
    ...['vehicle', 'profile', ...at(workspace), `${name}.json`],
  ],

  /** What differs from what is stored; an outside broker's CA is named as a file. */
  settings: (workspace: string, stored: Settings, wanted: Settings): CliCommand => {
    const isOtherCa =
      wanted.externalBroker?.caPem !== (stored.externalBroker?.caPem ?? null) &&
      typeof wanted.externalBroker?.caPem === 'string';
    return [
      ...['settings', 'set', ...at(workspace), ...(isOtherCa ? ['--ca', 'ca.pem'] : [])],
      ...settingChanges(stored, wanted),
    ];
  },
  /** The password is asked for on standard input. */
  password: (
    workspace: string,
    broker: 'own' | 'outside',
    user: string,
    what: 'set' | 'forget',
  ): CliCommand => [
    ...['settings', 'password', ...at(workspace), ...flag('--outside', broker === 'outside')],
    ...['--user', user, ...(what === 'forget' ? ['--forget'] : ['--password-file', '-'])],
  ],

  createReport: (workspace: string, updateId: string, work: Work): CliCommand => [
    ...['report', 'create', ...at(workspace)],
    ...['--operator', work.operator, '--purpose', work.purpose],
    ...given('--order', work.order),
    ...given('--rxswin', work.rxswin),
    ...given('--remarks', work.remarks),
    ...named(updateId),
  ],
  finishReport: (
    workspace: string,
    sessionId: string,
    { remarks, unfinished }: { remarks?: string; unfinished?: boolean },
  ): CliCommand => [
    ...['report', 'finish', ...at(workspace), ...given('--remarks', remarks)],
    ...[...flag('--unfinished', unfinished), ...named(sessionId)],
  ],
  discardReport: (workspace: string, sessionId: string): CliCommand => [
    ...['report', 'discard', ...at(workspace), ...named(sessionId)],
  ],
  exportReport: (workspace: string, reportId: string, language: 'en' | 'de'): CliCommand => [
    ...['report', 'export', ...at(workspace), '--format', 'html', '--language', language],
    ...['--output', 'report.html', ...named(reportId)],
  ],
  /** What is looked at is a file, of anybody's. */
  verifyReport: (file: string, fingerprint: string): CliCommand => [
    ...['report', 'verify', ...given('--fingerprint', fingerprint), ...named(file)],
  ],
  reportScript: (workspace: string): CliCommand => [
    ...['report', 'script', ...at(workspace), '--out', 'verify_report.py'],
  ],
  reportKeys: (workspace: string): CliCommand => [
    ...['report', 'keys', ...at(workspace), '--out', 'ota-bench-report-keys.json'],
  ],

  /** Each on a throw-away bench: no workspace. Ids of the library, or a file. */
  scenario: (
    which: readonly string[],
    choice: { seed?: number | null; counterfactual?: boolean } = {},
  ): CliCommand => [
    ...['scenario', 'run', ...given('--seed', choice.seed)],
    ...[...flag('--without-check', choice.counterfactual), ...named(...which)],
  ],
};
