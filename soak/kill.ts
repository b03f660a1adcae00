import { parseArgs } from 'node:util';
import { killVehicle, type KillReport } from '#core/testing';

/*
 * The kill test: a vehicle's process is killed again and again, evenly over the phases of an update
 * of a large image, half of the times with two banks and half with one. Whatever it was doing, the
 * next start has to bring it to the old image or the new one, whole, and the update to an end.
 */

const COUNT = /^[1-9]\d{0,8}$/;
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    'image-bytes': { type: 'string', default: '16777216' },
    seed: { type: 'string', default: 'kill test 1' },
  },
});
for (const name of ['kills', 'image-bytes'] as const) {
  if (COUNT.test(values[name])) continue;
  process.stderr.write(`BAD_ARGUMENT: --${name} is "${values[name]}"\n  next: give a number\n`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const kills = Number(values.kills);
const imageBytes = Number(values['image-bytes']);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`${kills} kills, an image of ${imageBytes} bytes, seed "${values.seed}"`);
const share = { dual: Math.ceil(kills / 2), single: Math.floor(kills / 2) };
const reports = await Promise.all(
  (['dual', 'single'] as const).map(async (layout) => {
    const options = { layout, kills: share[layout], imageBytes, seed: values.seed, onKill: say };
    return [layout, await killVehicle(options)] as const;
  }),
);
for (const [layout, report] of reports) {
  say(`${layout} bank`);
  say(`  undisturbed: ${listed(report.undisturbed, ' ms')}`);
  say(`  killed in: ${listed(report.landed)}`);
  say(`  ended: ${listed(report.ended)}`);
}
const sum = (what: 'kills' | 'bricked' | 'wrong' | 'stuck'): number =>
  reports.reduce((before, [, report]) => before + report[what], 0);
say(`kills=${sum('kills')} bricked=${sum('bricked')} wrong=${sum('wrong')} stuck=${sum('stuck')}`);
process.exitCode = sum('bricked') + sum('wrong') + sum('stuck') === 0 ? 0 : 1;

function listed(counts: KillReport['landed'] | KillReport['ended'], unit = ''): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}${unit}`)
    .join(', ');
}
