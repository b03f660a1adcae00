import { type Command, InvalidArgumentError, Option } from 'commander';
import { Qos } from '#core/contract';
import { viaOptions } from './connect.ts';
import {
  type ConnectionOptions,
  runConnectionAdd,
  runConnectionEdit,
  runConnectionList,
  runConnectionRemove,
} from './connections.ts';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { commonOptions, type WorkspaceOptions, workspaceOptions } from './options.ts';
import {
  type RetainedOptions,
  runRetainedDelete,
  runRetainedList,
  runSend,
  type SendOptions,
} from './send.ts';
import { type Surroundings } from './session.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

/** `connection …`, `send` and `retained …`: what Traffic does with brokers. */
export function describeConnections(program: Command, around: Surroundings, take: Take): void {
  const group = (name: string, summary: string): Command =>
    program.command(name).description(summary).addHelpText('after', EXIT_HELP);
  const under = (
    parent: Command,
    options: () => Option[],
    name: string,
    summary: string,
  ): Command => {
    const made = parent.command(name).description(summary).addHelpText('after', EXIT_HELP);
    for (const option of options()) made.addOption(option);
    return made;
  };
  const connection = group('connection', 'connections of a workspace to other brokers');
  const kept = (name: string, summary: string): Command =>
    under(connection, workspaceOptions, name, summary);
  const over = (parent: Command, name: string, summary: string): Command =>
    under(parent, () => [...commonOptions(), ...viaOptions()], name, summary);

  kept('list', 'those that are kept').action((options: WorkspaceOptions) =>
    take(runConnectionList(around, options)),
  );
  described(kept('add', 'keep a new one; record, send and replay open it'))
    .argument('<name>', 'its name')
    .action((name: string, options: ConnectionOptions) =>
      take(runConnectionAdd(around, name, options)),
    );
  described(kept('edit', 'describe one anew; its password stays unless told'))
    .argument('<name>', 'its name until now')
    .option('--name <name>', 'its name from now on')
    .option('--forget-password', 'forget the password that is kept')
    .action((name: string, options: ConnectionOptions & { name?: string }) =>
      take(runConnectionEdit(around, name, options)),
    );
  kept('remove', 'forget one, with its password')
    .argument('<name>', 'its name')
    .action((name: string, options: WorkspaceOptions) =>
      take(runConnectionRemove(around, name, options)),
    );

  over(program, 'send', 'publish one message, to any topic')
    .requiredOption('--topic <topic>', 'where to')
    .addOption(
      new Option('--payload <text>', 'the message; left out: empty').conflicts('payloadFile'),
    )
    .option('--payload-file <file>', 'the message from a file, - is standard input')
    .addOption(new Option('--qos <qos>', '0, 1 or 2').default(0).argParser(qosOf))
    .option('--retain', 'the broker keeps it')
    .addOption(
      new Option('--set <name=value>', 'what {{name}} stands for (repeatable)').argParser(variable),
    )
    .option('--properties <json>', 'of MQTT 5')
    .option('--confirm <name>', CONFIRM)
    .action((options: SendOptions) => take(runSend(around, options)));

  const retained = group('retained', 'what a broker keeps for whoever comes later');
  over(retained, 'list', 'what is retained, and its digest')
    .argument('[filter]', 'MQTT topic filter', '#')
    .action((filter: string, options: RetainedOptions) =>
      take(runRetainedList(around, filter, options)),
    );
  over(retained, 'delete', 'delete what is retained, if it is what was seen')
    .argument('<filter>', 'MQTT topic filter')
    .requiredOption('--expect <digest>', 'as retained list told it: nothing else is deleted')
    .option('--confirm <name>', CONFIRM)
    .action((filter: string, options: RetainedOptions & { expect: string }) =>
      take(runRetainedDelete(around, filter, options)),
    );
}

const CONFIRM = 'the connection by which this broker is marked as production';

const described = (made: Command): Command =>
  made
    .requiredOption('--url <url>', 'mqtt://host:port, or mqtts, ws, wss')
    .option('--mqtt5', 'connect by MQTT 5')
    .option('--client-id <id>', 'left out: a generated one')
    .option('--user <name>', 'who we are there')
    .option('--password-file <file>', 'file with the password; - is standard input')
    .option('--ca <file>', 'PEM file of the CA that the broker is trusted by')
    .option('--production', 'what is sent there has to be confirmed')
    .addOption(
      new Option(
        '--subscribe <qos:filter>',
        'what is captured from it, as 1:vehicle/# (repeatable)',
      ).argParser(subscription),
    );

function qosOf(text: string): Qos {
  const given = Qos.safeParse(/^\d$/.test(text) ? Number(text) : null);
  if (given.success) return given.data;
  throw new InvalidArgumentError('a QoS is 0, 1 or 2.');
}

type Subscription = { filter: string; qos: Qos };

function subscription(text: string, before: Subscription[] | undefined): Subscription[] {
  const [, qos = '', filter = ''] = /^([012]):(.+)$/s.exec(text) ?? [];
  if (filter !== '') return [...(before ?? []), { filter, qos: qosOf(qos) }];
  throw new InvalidArgumentError('write it as QOS:FILTER, such as 1:vehicle/#.');
}

type Variables = Readonly<Record<string, string>>;

function variable(text: string, before: Variables | undefined): Variables {
  const at = text.indexOf('=');
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('write it as NAME=VALUE.');
}
