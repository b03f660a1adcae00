import type { CapturedMessage } from '#core/capture';

/** A publish that the embedded broker saw. The payload may be given as text. */
export function aCaptured(
  more: Partial<Omit<CapturedMessage, 'payload'>> & { payload?: Uint8Array | string } = {},
): CapturedMessage {
  const { payload = '{}', ...rest } = more;
  return {
    at: Date.parse('2026-01-02T03:04:05.678Z'),
    mono: 1_000,
    source: 'broker',
    direction: 'tap',
    clientId: 'ota-backend',
    kind: 'publish',
    topic: 'vehicle/updates/VIN1234567890/status',
    qos: 1,
    retain: false,
    dup: false,
    ...rest,
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
  };
}
