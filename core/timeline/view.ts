import { createTopics, type Topics } from '#core/protocol';
import type { Story, TimelineState } from './fold.ts';
import { LIMITS } from './limits.ts';
import type { Flag, Latency, Limits, Step, TimelineView } from './types.ts';

const ORDER: readonly Step[] = ['issue', 'status', 'acknowledgment', 'progress', 'result'];

export function newTimeline(
  options: { readonly topics?: Topics; readonly limits?: Partial<Limits> } = {},
): TimelineState {
  return {
    topics: options.topics ?? createTopics(),
    limits: { ...LIMITS, ...options.limits },
    stories: new Map(),
    offset: null,
    foreign: 0,
  };
}

/**
 * The updates as they stand, the most recently active first.
 *
 * @param now wall clock, ms: what has not come by now is missing. For a capture, its end.
 */
export function timelines(state: TimelineState, now: number): TimelineView[] {
  return [...state.stories.values()].reverse().map((story) => viewOf(story, state.limits, now));
}

/** One vehicle's update; null when it is not there (any more). */
export function timelineOf(
  state: TimelineState,
  vin: string,
  updateId: string,
  now: number,
): TimelineView | null {
  const story = state.stories.get(`${vin}/${updateId}`);
  return story ? viewOf(story, state.limits, now) : null;
}

function viewOf(story: Story, limits: Limits, now: number): TimelineView {
  const { key, updateId, vin, version, entries, omitted, outcome } = story;
  return {
    ...{ key, updateId, vin, version, entries, omitted, outcome },
    latencies: latenciesOf(story),
    missing: missingOf(story, limits, now),
  };
}

function latenciesOf({ first }: Story): Latency[] {
  const there = ORDER.flatMap((step) => {
    const stamp = first[step];
    return stamp === undefined ? [] : [{ step, stamp }];
  });
  return there.slice(1).map(({ step, stamp }, i) => {
    const before = there[i] ?? { step, stamp };
    return { from: before.step, to: step, ms: (stamp - before.stamp) / 1_000 };
  });
}

function missingOf(story: Story, limits: Limits, now: number): Flag[] {
  const flags: Flag[] = [];
  const { first, outcome, lastAt } = story;
  const last = ORDER.findLastIndex((step) => first[step] !== undefined);
  for (const [i, step] of ORDER.slice(0, Math.max(0, last)).entries()) {
    const later = ORDER[last] ?? step;
    // An update may be done before it has anything to report.
    if (step === 'progress' && later === 'result') continue;
    if (first[step] === undefined && i < last) {
      flags.push({ code: 'missing', reason: `no ${step}, although there is a ${later}` });
    }
  }
  if (outcome !== null) return flags;
  const next = ORDER[last + 1];
  const wait = now - lastAt;
  const limit = limitOf(next, limits);
  if (next !== undefined && wait > limit) {
    const waited = (wait / 1_000).toFixed(1);
    flags.push({
      code: 'missing',
      reason: `no ${next} ${waited} s after the last message, at most ${(limit / 1_000).toFixed(1)} s`,
    });
  }
  return flags;
}

function limitOf(step: Step | undefined, limits: Limits): number {
  switch (step) {
    case 'status':
    case 'acknowledgment':
    case 'progress':
      return limits[step];
    case 'result':
    case 'issue':
    case 'command':
    case undefined:
      return limits.silence;
  }
}
