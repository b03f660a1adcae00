import { type Command, InvalidArgumentError, Option } from 'commander';
import { TrafficKind } from '#core/contract';
import { type ExitCode } from './exit.ts';
import { collect, parsePort } from './options.ts';
import { type ReplayOptions, runReplay, runTimeline, type TimelineOptions } from './replay.ts';
import { type Surroundings } from './session.ts';
import {
  type ExportOptions,
  type QueryOptions,
  type RecordOptions,
  runExport,
  runQuery,
  runRecord,
} from './traffic.ts';

/** What is done with captured traffic. */
export function describeTraffic(
  command: (name: string, summary: string) => Command,
  around: Surroundings,
  take: (result: Promise<ExitCode>) => Promise<void>,
): void {
  const port = (flags: string, text: string): Option =>
    new Option(flags, text).argParser(parsePort);
  command('record', 'record the traffic of a broker into the workspace')
    .addOption(
      new Option('--filter <filter>', 'MQTT topic filter (repeatable; left out: #)').argParser(
        collect,
      ),
    )
    .addOption(new Option('--for <seconds>', 'left out: until Ctrl-C').argParser(positive))
    .option('--user <name>', 'whose password in --credentials to use')
    .option('--mqtt5', 'connect by MQTT 5')
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
  selecting(command('replay', 'publish recorded messages again, at the broker of --broker'))
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
    .option('--user <name>', 'whose password in --credentials to use')
    .option('--mqtt5', 'connect by MQTT 5')
    .action((options: ReplayOptions) => take(runReplay(around, options)));
  command('timeline', "tell an update's story from the recorded messages")
    .argument('[update]', 'its id; left out: list all')
    .action((update: string | undefined, options: TimelineOptions) =>
      take(runTimeline(around, update, options)),
    );
}

const selecting = (made: Command): Command =>
  made
    .option('--filter <filter>', 'MQTT topic filter')
    .option('--text <text>', 'occurs in the topic or the payload')
    .option('--regex <expression>', 'JavaScript expression on the payload')
    .option('--client <id>', 'client id of the sender')
    .option('--source <name>', 'who told it: broker, outside, a connection, import:FILE')
    .addOption(new Option('--kind <kind>', 'what happened').choices(TrafficKind.options))
    .addOption(new Option('--since <time>', 'ISO 8601').argParser(instant))
    .addOption(new Option('--until <time>', 'ISO 8601').argParser(instant));

function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('this is a number above 0.');
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
