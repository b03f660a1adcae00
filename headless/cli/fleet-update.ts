import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fleet, type FleetTally } from '#core/bench';
import { systemClock } from '#core/ports';
import { type MemoryBook } from '../fleet/memory.ts';
import { type Counts } from '../fleet/messages.ts';
import { type Plant } from '../fleet/plant-process.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type FleetChoice } from './fleet-choice.ts';
import { tellCounts, tellMemory } from './fleet-tell.ts';
import { type Session } from './session.ts';

/** Signed, judged, fetched, hashed, committed: by every vehicle, and told by both sides. */
export async function updateAll(
  plant: Plant,
  fleet: Fleet,
  vins: readonly string[],
  choice: FleetChoice,
  session: Session,
  { dir, memory }: { dir: string; memory: MemoryBook },
): Promise<ExitCode> {
  const { output, signal } = session;
  const file = join(dir, `fleet-${String(choice.imageBytes)}.bin`);
  // SHAKE-256 (FIPS 202) as a generator: the same image for the same size on every machine.
  const hash = createHash('shake256', { outputLength: choice.imageBytes });
  await writeFile(file, hash.update(`OTA Bench fleet ${String(choice.imageBytes)}`).digest());
  const { vehicles, imageBytes, ecuId, atOnce, unready, failing } = choice;
  output.say(
    { event: 'published', vehicles, imageBytes, ecuId },
    `Updating ${ecuId} of each with ${String(imageBytes)} bytes, ${String(atOnce)} at once`,
  );
  const began = systemClock.monotonic();
  const counts = await plant.update(
    { vins: [...vins], ecuId, version: '3.1.0', file, atOnce },
    (now) => tellCounts(now, vehicles, output),
  );
  const took = systemClock.monotonic() - began;
  // The backend has heard each vehicle's last words, and each vehicle knows that it was heard.
  const tally = await fleet.until(({ updates }) => updates.none + updates.updating === 0, signal);
  tellMemory('updated', memory, vehicles, output);
  const agreed = agree(counts, tally);
  const done = counts.completed === vehicles - unready - failing;
  const asked = done && counts.refused === unready && counts.rolled_back === failing;
  output.say(
    {
      event: 'end',
      update: asked ? 'completed' : 'failed',
      ...{ vehicles, imageBytes, ms: Math.round(took), counts },
      vehiclesSay: tally.updates,
      losses: tally.losses,
    },
    `${asked && agreed ? '✔' : '✘'} ${said(counts)} in ${(took / 1_000).toFixed(1)} s`,
  );
  if (!agreed) {
    output.refuse({
      code: 'COUNTS_DISAGREE',
      reason: `the vehicles say ${JSON.stringify(tally.updates)}`,
      next: 'look with --verbose for messages that were refused on either side',
    });
  }
  return asked && agreed ? EXIT.ok : EXIT.updateFailed;
}

function agree(counts: Counts, { updates }: FleetTally): boolean {
  return (['completed', 'refused', 'failed', 'rolled_back', 'cancelled'] as const).every(
    (how) => counts[how] === updates[how],
  );
}

function said(counts: Counts): string {
  const { published, ...ends } = counts;
  const parts = Object.entries(ends).filter(([how, count]) => count > 0 || how === 'completed');
  return `${parts.map(([how, count]) => `${String(count)} ${how.replace('_', ' ')}`).join(', ')} of ${String(published)}`;
}
