import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { capture } from './cases/capture.ts';
import { demo } from './cases/demo.ts';
import { firmware } from './cases/firmware.ts';
import { interactions } from './cases/interactions.ts';
import { payloads } from './cases/payloads.ts';
import { fleet } from './cases/fleet.ts';
import { roundTrip } from './cases/round-trip.ts';
import { throughput } from './cases/throughput.ts';
import { trafficSize } from './cases/traffic-size.ts';
import { trafficView } from './cases/traffic-view.ts';
import type { Case, Result } from './result.ts';
import { tableOf } from './table.ts';

const CASES: readonly Case[] = [
  ...[roundTrip, throughput, capture, payloads],
  ...[trafficView, trafficSize, interactions, firmware, demo, fleet],
];

const USAGE = `npm run bench -- [--short] [--check] [name…]

  --short   a tenth of the work: shows that it runs, not how fast it is
  --check   exit 1 when a budget is missed or could not be judged

${CASES.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join('\n')}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => CASES.every((each) => each.name !== name));
  if (values.help || unknown.length > 0) {
    for (const name of unknown) process.stderr.write(`there is no benchmark "${name}"\n`);
    process.stdout.write(USAGE);
    return unknown.length > 0 ? 2 : 0;
  }
  const chosen = CASES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const results: Result[] = [];
  for (const each of chosen) results.push(...(await runCase(each, values.short)));
  process.stdout.write(`\n${machine()}${values.short ? ', --short: not a measurement' : ''}\n\n`);
  process.stdout.write(`${tableOf(results)}\n`);
  const judged = ({ verdict }: Result): boolean =>
    verdict.kind === 'met' || verdict.kind === 'no budget';
  return values.check && !results.every(judged) ? 1 : 0;
}

async function runCase({ name, summary, run }: Case, short: boolean): Promise<Result[]> {
  const dir = await mkdtemp(join(tmpdir(), `ota-bench-${name}-`));
  const note = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
  try {
    return await run({ short, dir, note });
  } catch (error) {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const verdict = { kind: 'unknown', why } as const;
    return [{ what: summary, ours: '', peer: '', ratio: '', budget: '', verdict }];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function machine(): string {
  const [cpu] = cpus();
  return `${String(cpus().length)} × ${cpu?.model.trim() ?? 'unknown processor'}, ${process.platform}, Node ${process.version}`;
}

process.exitCode = await main();
