import { type Fleet, type FleetTally } from '#core/bench';
import { systemClock } from '#core/ports';
import { type MemoryBook } from '../fleet/memory.ts';
import { type Counts } from '../fleet/messages.ts';
import { type Output } from './output.ts';

/** A terminal is written to this often at most. */
const TELL_EVERY_MS = 250;

/** Tells how many are on the broker, until what it returns is called. */
export function tellConnecting(fleet: Fleet, output: Output): () => void {
  const due = paced();
  return fleet.onChange(() => {
    if (!due()) return;
    const { standing, vehicles } = fleet.tally();
    output.progress(`  connecting     ${String(standing.connected)} of ${String(vehicles)}`);
  });
}

export function tellTally(
  event: 'connected' | 'lost',
  tally: FleetTally,
  ms: number | null,
  output: Output,
  url: string | null,
): void {
  const { standing, vehicles, losses } = tally;
  const time = ms === null ? '' : ` in ${(ms / 1_000).toFixed(1)} s`;
  const where = url === null ? '' : ` at ${url}`;
  output.say(
    {
      event: 'fleet',
      state: event,
      ...{ vehicles, standing, losses },
      ...(ms === null ? {} : { ms: Math.round(ms) }),
      ...(url === null ? {} : { url }),
    },
    `  connected      ${String(standing.connected)} of ${String(vehicles)}${where}${time}`,
  );
}

const dueCounts = paced();

/** The backend's account, while it changes. */
export function tellCounts(counts: Counts, vehicles: number, output: Output): void {
  const { published, ...ends } = counts;
  const over = Object.values(ends).reduce((sum, count) => sum + count, 0);
  if (over < vehicles && !dueCounts()) return;
  output.say({ event: 'counted', vehicles, counts }, null);
  output.progress(
    `  updating       ${String(published)} published, ${String(counts.completed)} completed, ${String(over)} of ${String(vehicles)} over`,
  );
}

export function tellMemory(
  when: 'connected' | 'updated',
  memory: MemoryBook,
  vehicles: number,
  output: Output,
): void {
  const { rss, heap, each } = memory.read(vehicles);
  const kib = each === null ? null : Math.round(each / 102.4) / 10;
  const beyond = kib === null ? '' : `, ${String(kib)} KiB for each vehicle beyond the first`;
  output.say(
    { event: 'memory', when, rss, heap, vehicles, kibEach: kib },
    `  memory         ${(rss / 1_048_576).toFixed(0)} MiB in this process${beyond}`,
  );
}

function paced(): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = systemClock.monotonic();
    if (now - last < TELL_EVERY_MS) return false;
    last = now;
    return true;
  };
}
