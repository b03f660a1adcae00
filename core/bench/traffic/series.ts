import { assertTopicName } from '#core/protocol';
import { type Capture } from './capture.ts';
import { readingsOf } from './inspect.ts';
import { asked } from './where.ts';

export type Series = { ids: number[]; at: number[]; values: number[]; cut: boolean };

/** Looked at for one plot; beyond it the plot is cut. */
const MESSAGES_LIMIT = 200_000;
const PAGE = 1_000;

/** One number in the payloads of a topic, the newest points, oldest first. */
export async function seriesOf(
  capture: Capture,
  query: {
    topic: string;
    path: string;
    since?: number | undefined;
    until?: number | undefined;
    limit: number;
  },
  signal?: AbortSignal,
): Promise<Series> {
  const { topic, path, since, until, limit } = query;
  // A name has no wildcards, so that as a filter it matches itself alone.
  assertTopicName(topic);
  const where = {
    topicFilter: topic,
    kinds: ['publish'] as const,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const points: { id: number; at: number; value: number }[] = [];
  let looked = 0;
  let from: number | undefined;
  for (;;) {
    const page = await asked(
      () =>
        capture.recorder().messages({
          ...{ order: 'newest', limit: PAGE, where },
          ...(from === undefined ? {} : { from }),
          ...(signal ? { signal } : {}),
        }),
      signal,
    );
    for (const { id, at, payload } of page.rows) {
      looked += 1;
      const value = readingsOf(payload).numbers.find((each) => each.path === path)?.value;
      if (value === undefined) continue;
      if (points.length === limit) return columns(points, true);
      points.push({ id, at, value });
    }
    if (page.next === null) return columns(points, false);
    if (looked >= MESSAGES_LIMIT) return columns(points, true);
    from = page.next;
  }
}

function columns(points: { id: number; at: number; value: number }[], cut: boolean): Series {
  const oldestFirst = points.reverse();
  return {
    ids: oldestFirst.map(({ id }) => id),
    at: oldestFirst.map(({ at }) => at),
    values: oldestFirst.map(({ value }) => value),
    cut,
  };
}
