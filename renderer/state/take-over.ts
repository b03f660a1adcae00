import type { Listeners } from '#core/contract';

/** A listener as a Mosquitto configuration describes it. */
export type Foreign = {
  readonly as: keyof Listeners;
  readonly host: string;
  readonly port: number;
};

/**
 * Our listeners as somebody else's file has them: those it names are on, the others off. Of two
 * that mean the same one here the first counts. Nobody has confirmed an address of the network yet.
 */
export function takeOver(ours: Listeners, theirs: readonly Foreign[]): Listeners {
  const taken = Object.entries(ours).map(([name, setting]) => {
    const found = theirs.find(({ as }) => as === name);
    const change = found ? { on: true, host: found.host, port: found.port } : { on: false };
    return [name, { ...setting, ...change, remote: false }];
  });
  return Object.fromEntries(taken) as Listeners;
}
