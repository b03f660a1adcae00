import type { Judgement, TrafficSelection } from '#core/contract';
import { t } from '../i18n/index.ts';
import { fieldDateTime } from '../ui/format.ts';
import { judgeFilter } from './topic-filter.ts';

/*
 * What is looked for, as it stands in the fields of the filter bar, and as the core is asked.
 */

export type Qos = 0 | 1 | 2;
export type Kind = 'publish' | 'connect' | 'disconnect' | 'subscribe' | 'refused';
export const KINDS: readonly Kind[] = ['publish', 'connect', 'disconnect', 'subscribe', 'refused'];

export const JUDGEMENTS: readonly Judgement[] = ['valid', 'unsigned', 'invalid'];

export type FilterDraft = {
  readonly topic: string;
  readonly text: string;
  readonly isRegex: boolean;
  readonly matchCase: boolean;
  readonly client: string;
  readonly source: string;
  /** None chosen: all. */
  readonly qos: readonly Qos[];
  readonly kinds: readonly Kind[];
  readonly verdicts: readonly Judgement[];
  readonly retained: 'any' | 'yes' | 'no';
  readonly direction: 'any' | 'in' | 'out';
  /** Payload bytes, as typed. */
  readonly minSize: string;
  readonly maxSize: string;
  /** Local time as `datetime-local` writes it. */
  readonly since: string;
  readonly until: string;
};

export const noFilter: FilterDraft = {
  topic: '#',
  text: '',
  isRegex: false,
  matchCase: false,
  client: '',
  source: '',
  qos: [],
  kinds: [],
  verdicts: [],
  retained: 'any',
  direction: 'any',
  minSize: '',
  maxSize: '',
  since: '',
  until: '',
};

export type FilterField = 'topic' | 'text' | 'size' | 'time';
export type FilterVerdict =
  | { readonly kind: 'everything' }
  | { readonly kind: 'some'; readonly where: TrafficSelection }
  | { readonly kind: 'invalid'; readonly field: FilterField; readonly why: string };

/** What the fields ask for, or the first of them that cannot be asked. */
export function judgeDraft(draft: FilterDraft): FilterVerdict {
  const topic = judgeFilter(draft.topic);
  if (topic.kind === 'invalid') return { kind: 'invalid', field: 'topic', why: topic.why };
  const regex = draft.isRegex ? judgeRegex(draft.text) : null;
  if (regex !== null) return { kind: 'invalid', field: 'text', why: regex };
  const [min, max] = [sizeOf(draft.minSize), sizeOf(draft.maxSize)];
  if (Number.isNaN(min) || Number.isNaN(max)) {
    return { kind: 'invalid', field: 'size', why: t('traffic:judge.sizeNumber') };
  }
  if (min !== null && max !== null && min > max) {
    return { kind: 'invalid', field: 'size', why: t('traffic:judge.sizeOrder') };
  }
  const [since, until] = [timeOf(draft.since), timeOf(draft.until)];
  if (since !== null && until !== null && since > until) {
    return { kind: 'invalid', field: 'time', why: t('traffic:judge.timeOrder') };
  }
  const where: TrafficSelection = {
    ...(draft.topic === '#' ? {} : { topicFilter: draft.topic }),
    ...textOf(draft),
    ...(draft.client.trim() === '' ? {} : { client: draft.client.trim() }),
    ...(draft.source.trim() === '' ? {} : { source: draft.source.trim() }),
    ...(draft.direction === 'any' ? {} : { direction: draft.direction }),
    ...(draft.qos.length === 0 ? {} : { qos: [...draft.qos] }),
    ...(draft.retained === 'any' ? {} : { retained: draft.retained === 'yes' }),
    ...(draft.kinds.length === 0 ? {} : { kinds: [...draft.kinds] }),
    ...(draft.verdicts.length === 0 ? {} : { verdicts: [...draft.verdicts] }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    ...(min === null ? {} : { minSize: min }),
    ...(max === null ? {} : { maxSize: max }),
  };
  return Object.keys(where).length === 0 ? { kind: 'everything' } : { kind: 'some', where };
}

/** How many conditions there are beside topic and text: what the button over them says. */
export function furtherConditions(draft: FilterDraft): number {
  const { client, source, qos, kinds, verdicts, retained, direction } = draft;
  const { minSize, maxSize, since, until } = draft;
  return [
    client.trim() !== '',
    source.trim() !== '',
    verdicts.length > 0,
    qos.length > 0,
    kinds.length > 0,
    retained !== 'any',
    direction !== 'any',
    minSize !== '' || maxSize !== '',
    since !== '' || until !== '',
  ].filter(Boolean).length;
}

/** The fields as they would be filled in for what was saved. */
export function draftOf(where: TrafficSelection): FilterDraft {
  const { regex } = where;
  const retained = where.retained === undefined ? 'any' : where.retained ? 'yes' : 'no';
  return {
    topic: where.topicFilter ?? '#',
    text: regex?.source ?? where.text ?? '',
    isRegex: regex !== undefined,
    matchCase: regex === undefined ? (where.matchCase ?? false) : regex.ignoreCase !== true,
    client: where.client ?? '',
    source: where.source ?? '',
    qos: where.qos ?? [],
    kinds: where.kinds ?? [],
    verdicts: where.verdicts ?? [],
    retained,
    direction: where.direction ?? 'any',
    minSize: where.minSize?.toString() ?? '',
    maxSize: where.maxSize?.toString() ?? '',
    since: fieldTime(where.since),
    until: fieldTime(where.until),
  };
}

/** As `datetime-local` writes it, in local time. */
function fieldTime(at: number | undefined): string {
  return at === undefined ? '' : fieldDateTime(at);
}

function textOf({ text, isRegex, matchCase }: FilterDraft): TrafficSelection {
  if (text === '') return {};
  if (isRegex) return { regex: { source: text, ...(matchCase ? {} : { ignoreCase: true }) } };
  return { text, ...(matchCase ? { matchCase } : {}) };
}

function judgeRegex(source: string): string | null {
  try {
    new RegExp(source);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const SIZE = /^\s*(\d+(?:\.\d+)?)\s*(k|m)?i?b?\s*$/i;

/** Bytes; null when empty, NaN when it is no size. */
function sizeOf(text: string): number | null {
  if (text.trim() === '') return null;
  const [, digits = '', unit = ''] = SIZE.exec(text) ?? [];
  if (digits === '') return Number.NaN;
  const factor = { k: 1_024, m: 1_048_576 }[unit.toLowerCase()] ?? 1;
  return Math.round(Number(digits) * factor);
}

function timeOf(text: string): number | null {
  if (text === '') return null;
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? null : at;
}
