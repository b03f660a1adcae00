import { filterFault, filterMatches } from '#core/acl';
import type { EngineClient, Packet } from './aedes.ts';

/** MQTT-3.8.4-8: aedes lowers the QoS of exact subscriptions only. */
export function grantedQos(client: EngineClient, packet: Packet): 0 | 1 | 2 {
  let granted: 0 | 1 | 2 = 0;
  for (const [filter, { qos }] of Object.entries(client.subscriptions)) {
    if (qos > granted && filterMatches(filter, packet.topic)) granted = qos;
  }
  return granted;
}

/** Why a message cannot be published there, or null. */
export function nameFault(topic: string): string | null {
  // MQTT-1.5.3-2 and MQTT-3.3.2-2.
  if (topic.includes('\0')) return 'a topic holds no NUL';
  return /[+#]/.test(topic) ? 'a published topic holds no wildcard' : null;
}

/** Why this cannot be subscribed to, or null. */
export function subscriptionFault(filter: string): string | null {
  if (filter.startsWith('$share/')) return 'shared subscriptions are not offered';
  return filterFault(filter)?.reason ?? null;
}
