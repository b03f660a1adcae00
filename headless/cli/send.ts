import { MqttProperties, type Qos } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { openVia, type ViaOptions } from './connect.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { readPayload } from './files.ts';
import { line } from './plain.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';

export type SendOptions = ViaOptions & {
  topic: string;
  payload?: string;
  payloadFile?: string;
  qos: Qos;
  retain?: boolean;
  /** Of `{{NAME}}` in topic and payload. */
  set?: Readonly<Record<string, string>>;
  /** JSON, as the contract has them. */
  properties?: string;
  confirm?: string;
};

/** One message, as Traffic, Publish sends it. */
export function runSend(around: Surroundings, options: SendOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const { output, signal } = session;
      const { topic, payload, payloadFile, qos, retain = false, set = {}, confirm } = options;
      const properties = propertiesFrom(options.properties);
      const bytes =
        payloadFile === undefined
          ? Buffer.from(payload ?? '', 'utf8')
          : await readPayload(payloadFile, around);
      const { id, name, close } = await openVia(bench, options, [], session);
      try {
        const { record, answer } = await bench.client.publish.send(
          {
            ...{ connection: id, topic, qos, retain, variables: set },
            payloadBase64: bytes.toString('base64'),
            ...(properties === undefined ? {} : { properties }),
            ...(confirm === undefined ? {} : { confirm }),
          },
          { signal },
        );
        const says = answer === null ? '' : ` (${line(answer.words)})`;
        output.say(
          { event: 'sent', connection: name, topic: record.topic, qos, retain, answer },
          `Sent ${String(record.size)} bytes to ${line(record.topic)}${says}`,
        );
      } finally {
        await close();
      }
      return EXIT.ok;
    }),
  );
}

function propertiesFrom(text: string | undefined): MqttProperties | undefined {
  if (text === undefined) return undefined;
  try {
    return MqttProperties.parse(JSON.parse(text));
  } catch (cause) {
    throw new HeadlessError('BAD_ARGUMENT', '--properties are no properties of an MQTT 5 message', {
      next: 'give JSON such as {"contentType":"application/json","user":[["name","value"]]}',
      cause,
    });
  }
}

export type RetainedOptions = ViaOptions & { expect?: string; confirm?: string };

export function runRetainedList(
  around: Surroundings,
  filter: string,
  options: RetainedOptions,
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const { output, signal } = session;
      const { id, close } = await openVia(bench, options, [], session);
      try {
        const asked = { connection: id, filter };
        for await (const event of await bench.client.retained.list(asked, { signal })) {
          if (event.kind === 'batch') {
            for (const message of event.messages) {
              const { topic, size, qos, preview, cut } = message;
              output.say(
                { event: 'retained', ...message },
                `${line(topic)} (QoS ${String(qos)}, ${String(size)} bytes)\n  ${line(preview)}${cut ? '…' : ''}`,
              );
            }
          } else {
            const { found, complete, digest } = event;
            output.say(
              { event: 'end', found, complete, digest },
              `${complete ? '' : 'at least '}${String(found)} retained under ${line(filter)}; digest ${digest}`,
            );
          }
        }
      } finally {
        await close();
      }
      return EXIT.ok;
    }),
  );
}

/** Exactly what `--expect` says was seen: what else the broker retains by now is not deleted. */
export function runRetainedDelete(
  around: Surroundings,
  filter: string,
  options: RetainedOptions & { expect: string },
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const { output, signal } = session;
      const { expect, confirm } = options;
      const { id, close } = await openVia(bench, options, [], session);
      let failed = 0;
      try {
        const asked = { connection: id, filter, expect, ...(confirm ? { confirm } : {}) };
        for await (const event of await bench.client.retained.delete(asked, { signal })) {
          const { deleted, total } = event;
          failed = event.failed;
          if (event.kind === 'progress')
            output.progress(`  ${String(deleted)} of ${String(total)}`);
          else {
            output.say(
              { event: 'deleted', deleted, total, failed },
              `${String(deleted)} of ${String(total)} deleted, ${String(failed)} could not be`,
            );
          }
        }
      } finally {
        await close();
      }
      return failed === 0 ? EXIT.ok : EXIT.refused;
    }),
  );
}
