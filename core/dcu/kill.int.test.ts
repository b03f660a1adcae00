import { describe, expect, it } from 'vitest';
import { killVehicle } from '#core/testing';

/** A few of what `npm run soak` does two hundred times with a large image. */
const CASES = [
  { layout: 'dual', transport: 'https', kills: 7, imageBytes: 1_048_576 },
  { layout: 'single', transport: 'https', kills: 7, imageBytes: 1_048_576 },
  { layout: 'dual', transport: 'blocks', kills: 4, imageBytes: 98_304 },
] as const;

// At the same time, since most of an update is the vehicle's own pace.
describe.concurrent('[D6] kill -9 in every phase of an update, then a new start', () => {
  for (const each of CASES) {
    const { layout, transport, kills } = each;
    it(`ends on the old or the new version, whole, ${kills} times over ${transport}, ${layout} bank`, async () => {
      const told: string[] = [];
      const report = await killVehicle({
        ...each,
        seed: 'kill',
        onKill: (line) => told.push(line),
      });
      expect(report, told.join('\n')).toMatchObject({ kills, bricked: 0, wrong: 0, stuck: 0 });
    }, 120_000);
  }
});
