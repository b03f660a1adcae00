import type { Clock } from '#core/ports';

/** Refusals answered at once for one vehicle, before the rate applies. */
const BURST = 20;
/** Refusals for one vehicle afterwards, per second: a person still sees each of a slow series. */
const PER_SECOND = 2;
/** Vehicles remembered; a flood over invented VINs shares what is left. */
const VEHICLES = 1_000;
/** Refusals over all vehicles at once, and per second. */
const BURST_OF_ALL = 200;
const PER_SECOND_OF_ALL = 50;

type Bucket = { tokens: number; at: number };

/**
 * Bounds the answers to messages whose sender is not proven, so that nobody can make the
 * gatekeeper flood a vehicle. `allow` says whether one more may be answered.
 */
export function createThrottle(clock: Pick<Clock, 'monotonic'>): { allow(vin: string): boolean } {
  const vehicles = new Map<string, Bucket>();
  const all: Bucket = { tokens: BURST_OF_ALL, at: clock.monotonic() };

  return {
    allow(vin) {
      const now = clock.monotonic();
      const bucket = vehicles.get(vin) ?? { tokens: BURST, at: now };
      vehicles.delete(vin);
      vehicles.set(vin, bucket);
      const oldest = vehicles.keys().next();
      if (vehicles.size > VEHICLES && !oldest.done) vehicles.delete(oldest.value);
      refill(bucket, now, BURST, PER_SECOND);
      refill(all, now, BURST_OF_ALL, PER_SECOND_OF_ALL);
      if (bucket.tokens < 1 || all.tokens < 1) return false;
      bucket.tokens -= 1;
      all.tokens -= 1;
      return true;
    },
  };
}

function refill(bucket: Bucket, now: number, most: number, perSecond: number): void {
  bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
  bucket.at = now;
}
