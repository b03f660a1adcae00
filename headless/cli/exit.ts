import { type Refusal } from '#core/ports';

/** What the process ends with; the same table stands in `--help` and docs/CLI.md. */
export const EXIT = {
  ok: 0,
  updateFailed: 1,
  usage: 2,
  refused: 3,
  environment: 4,
  findingsLow: 10,
  findingsMedium: 11,
  findingsHigh: 12,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0    done: the update completed (demo --rollback, rollback: it was rolled back)
  1    the update failed, or was rolled back although nobody asked for that; scenario run: one failed
  2    usage: an option or its value cannot be understood
  3    refused: a rule said no (the code, the reason and the next step are printed)
  4    environment: a port or the workspace is busy, the broker or a vehicle cannot be
       reached, a file cannot be written
  10   audit, trust acl doctor: the worst that was found is of low severity
  11   … of medium severity
  12   … of high severity
  130  interrupted with Ctrl-C`;

const USAGE = new Set([
  'BAD_ARGUMENT',
  'BAD_INPUT',
  'BAD_URL',
  'CA_FILE',
  'CREDENTIALS_FILE',
  'FAULT_INVALID',
  'FILE_NOT_UTF8',
  'FILE_UNREADABLE',
  'FILTER_SYNTAX',
  'PASSPHRASE_FILE',
  'REGEX_SYNTAX',
  'REPORT_TRUST_UNREADABLE',
  'REWRITE_INVALID',
  'SCENARIO_INVALID',
  'SCENARIO_SYNTAX',
  'SCENARIO_UNKNOWN',
  'SCENARIO_UNREADABLE',
  'TRUST_FILE',
  'VIN_SYNTAX',
]);
/** What the machine, the network or a broker refuses, rather than a rule of the bench. */
const ENVIRONMENT = new Set([
  'BACKEND_ENDED',
  'BAD_CREDENTIALS',
  'BROKER_UNAVAILABLE',
  'CLIENT_ID_REFUSED',
  'CLOSED_BY_BROKER',
  'CONNECTION_LOST',
  'CONNECTION_REFUSED',
  'DATABASE_DAMAGED',
  'DISK_FULL',
  'FILE_NOT_WRITTEN',
  'HOST_NOT_FOUND',
  'KEYCHAIN_DENIED',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_UNAVAILABLE',
  'LISTEN_FAILED',
  'MIGRATION_FAILED',
  'NEWER_SCHEMA',
  'NOT_AUTHORISED',
  'NOT_CONNECTED',
  'OPEN_FILES_LIMIT',
  'PORT_FORBIDDEN',
  'PORT_IN_USE',
  'RECORDING_STOPPED',
  'RESOURCES_MISSING',
  'STORE_BUSY',
  'STORE_DAMAGED',
  'STORE_UNUSABLE',
  'STORE_UNWRITABLE',
  'SUBSCRIBE_REFUSED',
  'TAKEN_OVER',
  'TIMEOUT',
  'TLS_CLIENT_REFUSED',
  'TLS_FAILED',
  'TLS_UNTRUSTED',
  'UNREACHABLE',
  'UNSUPPORTED_VERSION',
  'VEHICLE_SILENT',
  'WINDOW_NOT_BUILT',
  'WORKSPACE_BUSY',
  'WORKSPACE_GONE',
  'WORKSPACE_READ_ONLY',
  'WORKSPACE_UNUSABLE',
  'WRITE_FAILED',
]);

export function exitCodeOf({ code }: Refusal): ExitCode {
  if (code === 'INTERRUPTED') return EXIT.interrupted;
  if (code === 'UPDATE_TIMEOUT') return EXIT.updateFailed;
  if (USAGE.has(code)) return EXIT.usage;
  return ENVIRONMENT.has(code) ? EXIT.environment : EXIT.refused;
}
