import type { AclRules } from '#core/acl';
import type { Clock, Log } from '#core/ports';
import type { Credentials } from './credentials.ts';
import type { SubscriptionMode } from './gate.ts';
import type { BrokerLimits } from './limits.ts';
import type { ListenerOptions } from './listeners.ts';
import type { ListenerKind } from './visitor.ts';

export type BrokerOptions = {
  /** Folder for sessions, retained and queued messages. */
  readonly dir: string;
  readonly listeners: readonly ListenerOptions[];
  readonly credentials: Pick<Credentials, 'verify'> & Partial<Pick<Credentials, 'recognises'>>;
  readonly acl: AclRules;
  readonly subscriptions?: SubscriptionMode;
  readonly limits?: Partial<BrokerLimits>;
  readonly clock: Clock;
  readonly log: Log;
};

export type ConnectedClient = {
  readonly clientId: string;
  readonly user: string;
  readonly address: string;
  readonly via: ListenerKind;
  /** SHA-256 of the client's certificate; absent where a password let it in. */
  readonly certificate?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly durable: boolean;
  readonly subscriptions: readonly string[];
};
