import { z } from 'zod';

/** One door of the embedded broker. */
export const ListenerSetting = z.object({
  on: z.boolean(),
  /** Address of this machine to listen on. */
  host: z.string().min(1).max(255),
  /** 0 = any free one. */
  port: z.number().int().min(0).max(65_535),
  /** The person confirmed that other machines may connect; any address but loopback needs it. */
  remote: z.boolean(),
});
export type ListenerSetting = z.infer<typeof ListenerSetting>;

export const Listeners = z.object({
  /** MQTT over TLS; a client certificate is required and its CN is the identity. */
  tls: ListenerSetting,
  /** MQTT over TLS; a client certificate, or else user and password. */
  tlsPassword: ListenerSetting,
  /** Plain MQTT; user and password. */
  tcp: ListenerSetting,
  /** MQTT over WebSocket and TLS; a client certificate, or else user and password. */
  wss: ListenerSetting,
  /** MQTT over plain WebSocket; user and password. */
  ws: ListenerSetting,
});
export type Listeners = z.infer<typeof Listeners>;
export type ListenerName = keyof Listeners;

/** What a person reads. */
export const LISTENER_LABELS: Readonly<Record<ListenerName, string>> = {
  tls: 'MQTT over TLS',
  tlsPassword: 'MQTT over TLS, password',
  tcp: 'MQTT, plain',
  wss: 'WebSocket over TLS',
  ws: 'WebSocket, plain',
};

/** What a SUBSCRIBE that the ACL does not allow gets: a refusing SUBACK, or silence as Mosquitto does. */
export const SubscriptionMode = z.enum(['refuse-suback', 'deliver-only']);
export type SubscriptionMode = z.infer<typeof SubscriptionMode>;
