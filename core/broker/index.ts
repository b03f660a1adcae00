export { startBroker, type Broker } from './broker.ts';
export type { BrokerOptions, ConnectedClient } from './options.ts';
export { createCredentials, type Credentials } from './credentials.ts';
export { BrokerError, type BrokerErrorCode } from './errors.ts';
export type { BrokerEvent } from './events.ts';
export type { SubscriptionMode } from './gate.ts';
export { defaultLimits, type BrokerLimits } from './limits.ts';
export type { Endpoint, ListenerOptions } from './listeners.ts';
