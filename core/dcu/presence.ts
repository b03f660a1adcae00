import type { Clock, Log } from '#core/ports';
import type { Incoming, Link } from '#core/link';
import { qosOf, type Topics } from '#core/protocol';
import type { Voice } from './voice.ts';

/** Longest wait for the goodbye to be acknowledged; the last will says it otherwise. */
const GOODBYE_LIMIT_MS = 2_000;

export type Heard = 'status' | 'command' | 'firmware_block';

/** The DCU's place on the broker: what it subscribes to, and that it is there. */
export interface Attendance {
  /** Takes messages from here on; those before have waited at the link. */
  begin(): void;
  /** Resolves once everything is subscribed and the inventory is stored for publishing. */
  readonly ready: Promise<unknown>;
  close(clock: Clock): Promise<void>;
}

export function attend(options: {
  vin: string;
  link: Link;
  topics: Topics;
  voice: Voice;
  log: Log;
  blocks: boolean;
  onReady: () => Promise<void>;
  /** A message of this vehicle; its PUBACK is held until this resolves. */
  hear: (kind: Heard, incoming: Incoming) => Promise<void>;
}): Attendance {
  const { vin, link, topics, voice, log, hear } = options;
  const kinds: readonly Heard[] = options.blocks
    ? ['status', 'command', 'firmware_block']
    : ['status', 'command'];
  let undo: (() => void)[] = [];
  let inHand: Promise<void> = Promise.resolve(undefined);
  let closed = false;
  const { promise: ready, resolve } = Promise.withResolvers<undefined>();

  const hello = async (): Promise<void> => {
    if (!closed) await voice.say('presence', { online: true }, {});
  };
  const enter = async (): Promise<void> => {
    try {
      await Promise.all(kinds.map((kind) => link.subscribe(topics.filter(kind, vin), qosOf(kind))));
      if (closed) return;
      // Only now: whoever reads the inventory may make an offer at once.
      await options.onReady();
      await hello();
    } catch (error) {
      if (!closed) log('error', 'the vehicle could not take its place on the broker', { error });
    } finally {
      resolve(undefined);
    }
  };

  return {
    ready,
    begin: () => {
      undo = [
        link.onMessage((incoming) => {
          const address = topics.parse(incoming.topic);
          const kind = kinds.find((one) => one === address?.kind);
          if (kind === undefined || address?.vin !== vin) return;
          // MQTT-3.3.1-10: an empty one only clears what was retained.
          if (incoming.payload.byteLength === 0) return;
          inHand = hear(kind, incoming);
          return inHand;
        }),
        link.onState((state) => {
          if (state.kind !== 'up') return;
          // The last will has said the opposite meanwhile.
          hello().catch((error: unknown) => {
            log('warn', 'presence was not told', { error });
          });
        }),
      ];
      void enter();
    },
    close: async (clock) => {
      closed = true;
      for (const each of undo) each();
      await inHand.catch(() => undefined);
      resolve(undefined);
      if (link.state.kind !== 'up') return;
      const limit = new AbortController();
      const said = new AbortController();
      void clock
        .sleep(GOODBYE_LIMIT_MS, said.signal)
        .then(() => {
          limit.abort(new Error('no acknowledgment'));
        })
        .catch(() => undefined);
      await voice.sayNow('presence', { online: false }, {}, limit.signal).catch(() => undefined);
      said.abort(new Error('said'));
    },
  };
}
