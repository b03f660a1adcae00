import { type ReplayView, type TimelineView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { openVia, type ViaOptions } from './connect.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type CommonOptions } from './options.ts';
import { type Output } from './output.ts';
import { line } from './plain.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';
import { type WhereOptions, whereFrom } from './traffic.ts';

export type ReplayOptions = ViaOptions &
  WhereOptions & {
    /** Infinity: as fast as the broker takes it. */
    speed: number;
    rewrite?: { pattern: string; template: string }[];
    confirm?: string;
    allPlaces?: boolean;
  };

/** Publishes what was captured once more, at another broker. */
export function runReplay(around: Surroundings, options: ReplayOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const { output, signal } = session;
      const { client } = bench;
      const { id, close } = await openVia(bench, options, [], session);
      try {
        const { replayId } = await client.replay.start({
          ...{ connection: id, rewrite: options.rewrite ?? [] },
          speed: Number.isFinite(options.speed) ? options.speed : null,
          where: { ...whereFrom(options), kinds: ['publish'] },
          places: options.allPlaces === true ? 'all' : 'one',
          ...(options.confirm === undefined ? {} : { confirm: options.confirm }),
        });
        for await (const frame of await client.replay.watch(undefined, { signal })) {
          const view = frame.upserts.find((each) => each.replayId === replayId);
          if (!view) continue;
          if (view.outcome !== null) return tellReplay(view, output);
          output.progress(`  ${view.sent} of ${view.total}`);
        }
        signal.throwIfAborted();
        return EXIT.interrupted;
      } finally {
        await close();
      }
    }),
  );
}

function tellReplay(view: ReplayView, output: Output): ExitCode {
  const { sent, skipped, refused, stripped, drift, outcome, refusals } = view;
  const { meanMs, maxMs } = drift;
  for (const { index, topic, code, reason } of refusals) {
    output.note(
      { event: 'skipped', index, topic, code, reason },
      `message ${index}, ${line(topic)}: ${code}: ${reason}`,
    );
  }
  output.say(
    { event: 'end', outcome: outcome?.kind, sent, skipped, refused, stripped, meanMs, maxMs },
    `${sent} sent, ${refused} refused, ${stripped} without their MQTT 5 properties; late by ${meanMs.toFixed(1)} ms on average, ${maxMs.toFixed(1)} ms at most`,
  );
  if (outcome?.kind !== 'failed') return EXIT.ok;
  output.refuse(outcome.refusal);
  return EXIT.environment;
}

export type TimelineOptions = CommonOptions;

/** All updates in the capture, or one update's story. */
export function runTimeline(
  around: Surroundings,
  update: string | undefined,
  options: TimelineOptions,
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async ({ client }) => {
      const { output } = session;
      const stories = await client.timeline.list();
      if (update === undefined) {
        for (const story of stories) {
          const { updateId, key, vin, version, outcome, entries, flags } = story;
          output.say(
            { event: 'update', ...story },
            `${line(updateId ?? key)} ${line(vin)} ${line(version ?? '')}: ${line(outcome ?? 'goes on')}, ${entries} messages, ${flags} flags`,
          );
        }
        output.say({ event: 'end', updates: stories.length }, null);
        return EXIT.ok;
      }
      const story = stories.find((each) => each.updateId === update || each.key === update);
      if (!story) {
        throw new HeadlessError('UPDATE_UNKNOWN', `there is no update ${update} in the capture`, {
          next: 'ota-bench timeline lists those that are there',
        });
      }
      const stream = await client.timeline.watch({ key: story.key });
      const { value, done } = await stream.next();
      await stream.return();
      const view = done === true ? undefined : value.upserts[0];
      if (view) tellStory(view, output);
      return EXIT.ok;
    }),
  );
}

function tellStory(view: TimelineView, output: Output): void {
  const first = view.entries[0]?.stamp ?? 0;
  for (const entry of view.entries) {
    const ms = (entry.stamp - first) / 1_000;
    const flags = entry.flags.map(({ code, reason }) => `\n    ${code}: ${line(reason)}`).join('');
    output.say(
      { event: 'entry', ...entry, ms },
      `+${ms.toFixed(1).padStart(10)} ms  ${entry.step.padEnd(14)} ${line(entry.says)}${entry.signed ? '' : ' (unsigned)'}${flags}`,
    );
  }
  for (const { from, to, ms } of view.latencies) {
    output.say({ event: 'latency', from, to, ms }, `${from} to ${to}: ${ms.toFixed(1)} ms`);
  }
  for (const flag of view.missing) {
    output.say({ event: 'flag', ...flag }, `${flag.code}: ${line(flag.reason)}`);
  }
  const { updateId, vin, outcome, omitted } = view;
  output.say(
    { event: 'end', updateId, vin, outcome, entries: view.entries.length, omitted },
    `Outcome: ${line(outcome ?? 'goes on')}`,
  );
}
