import type { MessageKind } from './messages.ts';

/** How each kind travels: MQTT quality of service, and whether the broker keeps the last one. */
const DELIVERY: Readonly<Record<MessageKind, { qos: 0 | 1 | 2; retain: boolean }>> = {
  issue_details: { qos: 1, retain: false },
  status: { qos: 1, retain: false },
  acknowledgment: { qos: 1, retain: false },
  progress: { qos: 1, retain: false },
  // Carried out twice, a command does harm.
  command: { qos: 2, retain: false },
  inventory: { qos: 1, retain: true },
  presence: { qos: 1, retain: true },
  firmware_request: { qos: 1, retain: false },
  firmware_block: { qos: 1, retain: false },
};

export function qosOf(kind: MessageKind): 0 | 1 | 2 {
  return DELIVERY[kind].qos;
}

export function retainOf(kind: MessageKind): boolean {
  return DELIVERY[kind].retain;
}
