import type { RefusalCode } from './refusal.ts';

/** What happened in the broker, told as it happens. Payloads are not copied: do not change them. */
export type BrokerEvent =
  | {
      readonly kind: 'publish';
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly clientId: string;
      readonly user: string;
      readonly topic: string;
      readonly payload: Uint8Array;
      readonly qos: 0 | 1 | 2;
      readonly retain: boolean;
      readonly dup: boolean;
    }
  | {
      readonly kind: 'connect' | 'disconnect' | 'subscribe' | 'refused';
      readonly at: number;
      /** Empty where it is not known yet. */
      readonly clientId: string;
      readonly user: string;
      readonly topic?: string;
      /** One sentence for a person. */
      readonly detail: string;
      /** Of a refusal. */
      readonly code?: RefusalCode;
      /** Where it came from; of a connection refused before it was one. */
      readonly address?: string;
      /** SHA-256 of the certificate that was shown, good or bad; of a refusal. */
      readonly certificate?: string;
      /** The name in it, when it has exactly one. */
      readonly cn?: string;
      /** The line of the access list that decided. */
      readonly aclLine?: number;
    };

export type EventFeed = {
  readonly emit: (event: BrokerEvent) => void;
  readonly onEvent: (listener: (event: BrokerEvent) => void) => () => void;
};

export function createEventFeed(onListenerError: (error: unknown) => void): EventFeed {
  let listeners: readonly ((event: BrokerEvent) => void)[] = [];
  return {
    emit: (event) => {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          // A broken view must not refuse a vehicle's message.
          onListenerError(error);
        }
      }
    },
    onEvent: (listener) => {
      const own = (event: BrokerEvent): void => {
        listener(event);
      };
      listeners = [...listeners, own];
      return () => {
        listeners = listeners.filter((other) => other !== own);
      };
    },
  };
}
