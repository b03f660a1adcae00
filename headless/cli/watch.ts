import { watchBroker } from '#core/bench';
import { systemClock, systemRandom } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import { type ExitCode } from './exit.ts';
import { type CommonOptions, overridesOf, readCredentials } from './options.ts';
import { plain } from './plain.ts';
import { runCommand, type Surroundings } from './session.ts';

export type WatchOptions = CommonOptions & { user: string };

/** Every message of a broker that its ACL lets this user read. */
export function runWatch(
  around: Surroundings,
  filter: string,
  options: WatchOptions,
): Promise<ExitCode> {
  return runCommand(around, options, async ({ output, signal, log }) => {
    const { url, caPem } = (await overridesOf(options)).externalBroker ?? {};
    if (url === undefined) {
      throw new HeadlessError('BAD_ARGUMENT', 'watch needs to know which broker', {
        next: 'name it with --broker mqtt://host:port',
      });
    }
    const credentials = await readCredentials(options.credentials);
    const password = credentials?.[options.user];
    await watchBroker({
      url,
      filter,
      ...(password === undefined ? {} : { user: options.user, password }),
      ...(caPem ? { tls: { ca: caPem } } : {}),
      clock: systemClock,
      random: systemRandom,
      log,
      signal,
      onUp: () => output.say({ event: 'watching', url, filter }, `Watching ${filter} at ${url}`),
      onMessage: ({ topic, payload, qos, retain, dup }) => {
        const text = printable(payload);
        const at = new Date().toISOString();
        const flags = `${retain ? ' retained' : ''}${dup ? ' dup' : ''}`;
        output.say(
          {
            event: 'message',
            at,
            topic,
            qos,
            retain,
            dup,
            ...(text === null
              ? { base64: Buffer.from(payload).toString('base64') }
              : { payload: text }),
          },
          `${at} ${topic} (QoS ${qos}${flags})\n  ${text === null ? `${payload.byteLength} bytes` : plain(text)}`,
        );
      },
    });
    signal.throwIfAborted();
    throw new HeadlessError('INTERRUPTED', 'the link was closed', { next: 'start it again' });
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function printable(payload: Uint8Array): string | null {
  try {
    return utf8.decode(payload);
  } catch {
    return null;
  }
}
