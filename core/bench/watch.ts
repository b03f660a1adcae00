import { type Clock, type Log, type Random } from '#core/ports';
import { type Incoming, type LinkTls, openLink } from '#core/link';
import { assertTopicFilter } from '#core/protocol';
import { waitUp } from './connect.ts';

/** Shows the messages of a broker until the signal; rejects when it cannot be reached. */
export async function watchBroker(options: {
  url: string;
  filter: string;
  user?: string;
  password?: string;
  /** The CA to trust, and a certificate to show, as PEM; the well-known CAs unless given. */
  tls?: LinkTls;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  onUp: () => void;
  onMessage: (message: Incoming) => void;
}): Promise<void> {
  const { url, filter, user, password, tls, clock, random, log, signal } = options;
  assertTopicFilter(filter);
  const link = openLink({
    url,
    clientId: `ota-watch-${Buffer.from(random.bytes(4)).toString('hex')}`,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    clean: true,
    clock,
    random,
    log,
  });
  try {
    await waitUp(link, signal);
    link.onMessage(options.onMessage);
    await link.subscribe(filter, 2);
    options.onUp();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await link.close();
  }
}
