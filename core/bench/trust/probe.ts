import { type Incoming, type Link, openLink } from '#core/link';
import { type Identity } from '#core/pki';
import { type Context } from '../context.ts';
import { waitUp } from '../connect.ts';
import { BenchError } from '../errors.ts';
import { accessTo, type BrokerPlace, isSecure } from './access.ts';

/** A message on the same machine takes milliseconds, from an outside broker rarely this long. */
const HEARING_MS = 1_500;

/** A second connection of somebody, for a moment. */
export type Probe = {
  link: Link;
  up(): Promise<void>;
  /** Whether exactly this came, now or within a moment. */
  heard(payload: Uint8Array): Promise<boolean>;
};

/** @throws BenchError CREDENTIALS_MISSING */
export async function openProbe(
  context: Context,
  place: BrokerPlace,
  user: string,
): Promise<Probe> {
  const { ca, users, random, clock, log, signal } = context;
  const identity = isSecure(place.url) ? await certificateOf(context, place, user) : null;
  if (identity === null && users.passwordOf(user, place.outside) === undefined) {
    throw new BenchError(
      'CREDENTIALS_MISSING',
      `"${user}" has no certificate and no password here`,
      {
        next: 'issue a certificate for it in Trust, or give it a password in Settings',
      },
    );
  }
  const link = openLink({
    ...accessTo(place, user, { ca, users, identity }),
    clientId: `ota-probe-${Buffer.from(random.bytes(8)).toString('hex')}`,
    clean: true,
    clock,
    random,
    log,
  });
  const came: string[] = [];
  const waiting = new Set<() => void>();
  link.onMessage(({ payload }: Incoming) => {
    came.push(textOf(payload));
    for (const look of waiting) look();
  });
  return {
    link,
    up: () => waitUp(link, signal),
    async heard(payload) {
      const wanted = textOf(payload);
      const over = new AbortController();
      const look = (): void => {
        if (came.includes(wanted)) over.abort();
      };
      waiting.add(look);
      look();
      // Ends early only by `over` or with the bench.
      const patience = AbortSignal.any([over.signal, signal]);
      await clock.sleep(HEARING_MS, patience).catch(() => undefined);
      waiting.delete(look);
      return came.includes(wanted);
    },
  };
}

/** The bench's own names always have one; for another nothing is issued behind a person's back. */
export async function certificateOf(
  { ca, identities, names }: Context,
  { outside }: BrokerPlace,
  user: string,
): Promise<Identity | null> {
  const held = identities.of(user, outside);
  if (held) return held;
  if (names.includes(user)) return identities.fetch({ kind: 'client', cn: user, outside });
  return ca.identity(user, 'client');
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString('utf8');
}
