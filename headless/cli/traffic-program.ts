import { type Command, InvalidArgumentError, Option } from 'commander';
import { Judgement, Qos, TrafficKind, type TrafficRow } from '#core/contract';
import { viaOptions } from './connect.ts';
import { type ExitCode } from './exit.ts';
import { collect, parsePort } from './options.ts';
import { type ReplayOptions, runReplay, runTimeline, type TimelineOptions } from './replay.ts';
import { type Surroundings } from './session.ts';
import { type ExportOptions, type ImportOptions, runExport, runImport } from './capture-file.ts';
import { type QueryOptions, type RecordOptions, runClear, runQuery, runRecord } from './traffic.ts';

/** What is done with captured traffic. */
export function describeTraffic(
  command: (name: string, summary: string) => Command,
  around: Surroundings,
  take: (result: Promise<ExitCode>) => Promise<void>,
): void {
  const port = (flags: string, text: string): Option =>
    new Option(flags, text).argParser(parsePort);
  via(command('record', 'record the traffic of a broker into the workspace'))
    .addOption(
      new Option('--filter <filter>', 'MQTT topic filter (repeatable; left out: #)').argParser(
        collect,
      ),
    )
    .addOption(new Option('--for <seconds>', 'left out: until Ctrl-C').argParser(positive))
    .addOption(port('--port <port>', 'without --broker: plain listener of the embedded one'))
    .addOption(port('--tls-port <port>', 'without --broker: its TLS listener; 0: any free one'))
    .action((options: RecordOptions) => take(runRecord(around, options)));
  selecting(command('query', 'list recorded messages, the newest that match'))
    .addOption(new Option('--limit <n>', 'at most so many').default(100).argParser(positive))
    .option('--count', 'only say how many there are')
    .action((options: QueryOptions) => take(runQuery(around, options)));
  selecting(command('export', 'write recorded messages to a file'))
    .addOption(
      new Option('--form <form>', 'what kind of file')
        .choices(['ndjson', 'csv', 'pcapng'])
        .default('ndjson'),
    )
    .requiredOption('--output <file>', 'where to')
    .option('--force', 'replace a file that is there')
    .action((options: ExportOptions) => take(runExport(around, options)));
  command('import', 'take an exported NDJSON file into the workspace')
    .argument('<file>', 'written by export; -: standard input')
    .action((file: string, options: ImportOptions) => take(runImport(around, file, options)));
  via(selecting(command('replay', 'publish recorded messages again, at another broker')))
    .addOption(
      new Option('--speed <times>', '1: as it was; max: as fast as the broker takes it')
        .default(1)
        .argParser((text) => (text === 'max' ? Infinity : positive(text))),
    )
    .addOption(
      new Option(
        '--rewrite <rule>',
        'PATTERN=TEMPLATE, as a/+/b=c/{1} (repeatable; the first that matches)',
      ).argParser(rule),
    )
    .option('--all-places', 'send also what several places captured, as often as they did')
    .option('--confirm <name>', 'the connection by which this broker is marked as production')
    .action((options: ReplayOptions) => take(runReplay(around, options)));
  command('clear', 'remove every recorded message; bookmarked ones stay').action(
    (options: QueryOptions) => take(runClear(around, options)),
  );
  command('timeline', "tell an update's story from the recorded messages")
    .argument('[update]', 'its id; left out: list all')
    .action((update: string | undefined, options: TimelineOptions) =>
      take(runTimeline(around, update, options)),
    );
}

const via = (made: Command): Command => {
  for (const option of viaOptions()) made.addOption(option);
  return made;
};

const selecting = (made: Command): Command =>
  made
    .option('--filter <filter>', 'MQTT topic filter')
    .option('--text <text>', 'occurs in the topic or the payload')
    .option('--match-case', 'for --text: capitals are told apart')
    .option('--regex <expression>', 'JavaScript expression on the payload')
    .option('--ignore-case', 'for --regex: capitals are not told apart')
    .option('--client <id>', 'client id of the sender')
    .option('--source <name>', 'who told it: broker, outside, a connection, import:FILE')
    .addOption(new Option('--direction <way>', 'seen from the bench').choices(['in', 'out']))
    .addOption(new Option('--qos <qos>', '0, 1 or 2 (repeatable)').argParser(qos))
    .option('--retained', 'only those with the retain flag')
    .option('--no-retained', 'only those without it')
    .addOption(new Option('--kind <kind>', 'what happened (repeatable)').argParser(kind))
    .addOption(
      new Option(
        '--verdict <verdict>',
        'signature of our messages: valid, unsigned or invalid (repeatable)',
      ).argParser(verdict),
    )
    .addOption(new Option('--min-size <bytes>', 'payload bytes, as 512, 20k, 2M').argParser(size))
    .addOption(new Option('--max-size <bytes>', 'payload bytes').argParser(size))
    .addOption(new Option('--since <time>', 'ISO 8601').argParser(instant))
    .addOption(new Option('--until <time>', 'ISO 8601').argParser(instant));

function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('this is a number above 0.');
}

function qos(text: string, before: Qos[] | undefined): Qos[] {
  const given = Qos.safeParse(/^\d$/.test(text) ? Number(text) : null);
  if (given.success) return [...new Set([...(before ?? []), given.data])];
  throw new InvalidArgumentError('a QoS is 0, 1 or 2.');
}

type Kind = TrafficRow['kind'];

function kind(text: string, before: Kind[] | undefined): Kind[] {
  const given = TrafficKind.safeParse(text);
  if (given.success) return [...new Set([...(before ?? []), given.data])];
  throw new InvalidArgumentError(`a kind is ${TrafficKind.options.join(', ')}.`);
}

function verdict(text: string, before: Judgement[] | undefined): Judgement[] {
  const given = Judgement.safeParse(text);
  if (given.success) return [...new Set([...(before ?? []), given.data])];
  throw new InvalidArgumentError('a verdict is valid, unsigned or invalid.');
}

const UNITS: Record<string, number> = { '': 1, k: 1_024, m: 1_048_576 };

function size(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([km]?)$/i.exec(text) ?? [];
  if (digits !== '') return Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  throw new InvalidArgumentError('write a size as 512, 20k or 2M.');
}

function instant(text: string): number {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('write a time as 2026-01-02T03:04:05Z.');
}

type Rule = { pattern: string; template: string };

function rule(text: string, before: Rule[] | undefined): Rule[] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) {
    return [...(before ?? []), { pattern: text.slice(0, at), template: text.slice(at + 1) }];
  }
  throw new InvalidArgumentError('write a rule as PATTERN=TEMPLATE.');
}
