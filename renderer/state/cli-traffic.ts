import type {
  ConnectionDraft,
  ConnectionView,
  MqttProperties,
  Qos,
  RewriteRule,
  TrafficSelection,
} from '#core/contract';
import { at, flag, given, named, type CliCommand } from './cli-words.ts';

/** By its name; the bench's own by its id, since its name is in the language that is spoken. */
const over = ({ id, name }: Pick<ConnectionView, 'id' | 'name'>): CliCommand => [
  ...['--connection', id === 'own' ? 'own' : name],
];

/** Connections, recorded messages, and what is sent. */
export const trafficCommands = {
  exportCapture: (
    workspace: string,
    form: 'ndjson' | 'csv' | 'pcapng',
    where: TrafficSelection = {},
  ): CliCommand => [
    ...['export', ...at(workspace), '--form', form, '--output', `capture.${form}`],
    ...whereWords(where),
  ],
  importCapture: (workspace: string, file: string): CliCommand => [
    ...['import', ...at(workspace), ...named(file)],
  ],
  clearCapture: (workspace: string): CliCommand => ['clear', ...at(workspace)],
  replay: (
    workspace: string,
    connection: Pick<ConnectionView, 'id' | 'name'>,
    asked: {
      where?: TrafficSelection | undefined;
      speed: number | null;
      rewrite: readonly RewriteRule[];
      everyPlace: boolean;
      confirm: string;
    },
  ): CliCommand => [
    ...['replay', ...at(workspace), ...over(connection)],
    ...['--speed', asked.speed === null ? 'max' : String(asked.speed)],
    ...asked.rewrite.flatMap(({ pattern, template }) => ['--rewrite', `${pattern}=${template}`]),
    ...[...flag('--all-places', asked.everyPlace), ...given('--confirm', asked.confirm)],
    // What is replayed are messages, whatever else the list shows.
    ...whereWords({ ...asked.where, kinds: undefined }),
  ],
  send: (
    workspace: string,
    connection: Pick<ConnectionView, 'id' | 'name'>,
    draft: {
      topic: string;
      payload: string;
      qos: Qos;
      retain: boolean;
      properties: MqttProperties | null;
    },
    variables: Readonly<Record<string, string>>,
    confirm: string,
  ): CliCommand => [
    ...['send', ...at(workspace), ...over(connection), '--topic', draft.topic],
    ...[...given('--payload', draft.payload), '--qos', String(draft.qos)],
    ...flag('--retain', draft.retain),
    ...Object.entries(variables).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...(draft.properties === null ? [] : ['--properties', JSON.stringify(draft.properties)]),
    ...given('--confirm', confirm),
  ],
  /** Exactly what is shown: the digest is of its topics. */
  deleteRetained: (
    workspace: string,
    connection: Pick<ConnectionView, 'id' | 'name'>,
    asked: { filter: string; digest: string; confirm: string },
  ): CliCommand => [
    ...['retained', 'delete', ...at(workspace), ...over(connection), '--expect', asked.digest],
    ...[...given('--confirm', asked.confirm), ...named(asked.filter)],
  ],

  addConnection: (workspace: string, draft: ConnectionDraft): CliCommand => [
    ...['connection', 'add', ...at(workspace), ...draftWords(draft), ...named(draft.name)],
  ],
  editConnection: (workspace: string, was: string, draft: ConnectionDraft): CliCommand => [
    ...['connection', 'edit', ...at(workspace), ...draftWords(draft)],
    ...(draft.name === was ? [] : ['--name', draft.name]),
    ...[...flag('--forget-password', draft.password === ''), ...named(was)],
  ],
  removeConnection: (workspace: string, name: string): CliCommand => [
    ...['connection', 'remove', ...at(workspace), ...named(name)],
  ],
  /** Opens it and captures what it subscribes to, until Ctrl-C. */
  openConnection: (workspace: string, name: string): CliCommand => [
    ...['record', ...at(workspace), '--connection', name],
  ],
};

/** A password is asked for on standard input, a CA is named as a file. */
function draftWords(draft: ConnectionDraft): CliCommand {
  const { url, protocol, clientId, user, password, caPem, production, subscriptions } = draft;
  return [
    ...given('--url', url),
    ...[...flag('--mqtt5', protocol === 5), ...given('--client-id', clientId)],
    ...given('--user', user),
    ...(password === undefined || password === '' ? [] : ['--password-file', '-']),
    ...(caPem === undefined || caPem === null ? [] : ['--ca', 'ca.pem']),
    ...flag('--production', production),
    ...subscriptions.flatMap(({ filter, qos }) => ['--subscribe', `${String(qos)}:${filter}`]),
  ];
}

/** The filter of the list, as `export` and `replay` take it. */
function whereWords(where: { [Member in keyof TrafficSelection]: TrafficSelection[Member] }) {
  const { topicFilter, text, matchCase, regex, client, source, direction } = where;
  const { qos, retained, kinds, since, until, minSize, maxSize, verdicts } = where;
  const each = (option: string, values: readonly (string | number)[] = []): CliCommand =>
    values.flatMap((value) => [option, String(value)]);
  const moment = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : new Date(at).toISOString();
  return [
    ...[...given('--filter', topicFilter), ...given('--text', text)],
    ...[...flag('--match-case', matchCase), ...given('--regex', regex?.source)],
    ...[...flag('--ignore-case', regex?.ignoreCase), ...given('--client', client)],
    ...[...given('--source', source), ...given('--direction', direction), ...each('--qos', qos)],
    ...(retained === undefined ? [] : [retained ? '--retained' : '--no-retained']),
    ...[...each('--kind', kinds), ...each('--verdict', verdicts)],
    ...[...given('--min-size', minSize), ...given('--max-size', maxSize)],
    ...[...given('--since', moment(since)), ...given('--until', moment(until))],
  ];
}
