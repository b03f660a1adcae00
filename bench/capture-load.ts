import type { TrafficEvent } from '#core/recorder';

const TOPICS = 50;
const PAYLOAD_BYTES = 180;

/** Message `n` of the capture runs: JSON of about 180 bytes on one of 50 topics. */
export function loadEvent(
  n: number,
  at: number,
): TrafficEvent & { topic: string; payload: Buffer } {
  const vin = `BENCHVIN${String(n % TOPICS).padStart(9, '0')}`;
  const head = `{"vin":"${vin}","seq":${String(n)},"progress":${String(n % 100)},"status":"downloading","note":"`;
  const payload = Buffer.from(`${head.padEnd(PAYLOAD_BYTES - 2, 'abcdefghij klmnop')}"}`);
  const topic = `vehicle/updates/${vin}/progress`;
  return {
    kind: 'publish',
    at,
    clientId: `ota-dcu-${vin}`,
    topic,
    payload,
    qos: 1,
    direction: 'in',
  };
}
