/** Vehicles that publish in the throughput run. */
export const VINS: readonly string[] = Array.from(
  { length: 8 },
  (_, n) => `BENCHVIN${String(n).padStart(4, '0')}`,
);
/** Of the loopback brokers of one benchmark run; they live for seconds. */
export const LOAD_PASSWORD = 'benchmark';
