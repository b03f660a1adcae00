import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { megabytes, milliseconds, perSecond, seconds, times } from '../numbers.ts';
import { forkModule, nextMessage } from '../processes.ts';
import { within, type Case, type Result, type Setting } from '../result.ts';

const RATE = 20_000;
const RSS_BUDGET = 500 * 1_000_000;
const TEXT_BUDGET_MS = 1_000;
const OPEN_BUDGET_MS = 1_000;
/** A plain table writes the same in each minute; its processor time is told for each message. */
const PEER_SECONDS = 60;

/** What a recording process tells at its end. */
export type CaptureRun = {
  readonly sent: number;
  readonly captured: number;
  readonly dropped: number;
  readonly peakRss: number;
  /** Of the whole process, both threads with it. */
  readonly cpuMs: number;
  readonly tookMs: number;
};

/** Queries on one file, each the median of several. */
export type CaptureQueries = {
  readonly messages: number;
  readonly openToFirstRowsMs: number;
  readonly textMs: number;
  readonly regexMs: number;
  readonly topicMs: number;
};

export const capture: Case = {
  name: 'capture',
  summary: '20,000 messages/s of 180 B over 50 topics to disk, and searching what was captured',
  run: async (setting) => {
    const { short, dir, note } = setting;
    const forSeconds = short ? 60 : 600;
    note(`${String(forSeconds)} s at ${perSecond(RATE)}, then a plain writer of the same rows`);
    const ours = await record(setting, 'recorder', forSeconds);
    const peer = await record(setting, 'sqlite', Math.min(forSeconds, PEER_SECONDS));
    const oneMillion = await queries(setting, join(dir, 'recorder.db'), 1_000_000);
    note('a capture of 10,000,000');
    const tenMillion = await queries(setting, join(dir, 'ten.db'), 10_000_000);
    return [...judgeRun(ours, peer, forSeconds), ...judgeQueries(oneMillion, tenMillion)];
  },
};

async function record(
  { dir, note }: Setting,
  kind: 'recorder' | 'sqlite',
  forSeconds: number,
): Promise<CaptureRun> {
  const file = join(dir, `${kind}.db`);
  const { child, end } = await forkModule('capture-writer.ts', [
    kind,
    file,
    String(RATE),
    String(forSeconds),
  ]);
  try {
    const run = await nextMessage<CaptureRun>(child, kind);
    const { size } = await stat(file);
    note(
      `${kind}: ${perSecond((run.sent / run.tookMs) * 1_000)}, ${String(run.dropped)} dropped, ` +
        `RSS ${megabytes(run.peakRss)}, CPU ${seconds(run.cpuMs)}, file ${megabytes(size)}`,
    );
    return run;
  } finally {
    await end();
    if (kind === 'sqlite') await rm(file);
  }
}

/** Fills `file` up to `messages` first, or begins anew when it already holds more. */
async function queries({ note }: Setting, file: string, messages: number): Promise<CaptureQueries> {
  const { child, end } = await forkModule('capture-queries.ts', [file, String(messages)]);
  try {
    const answer = await nextMessage<CaptureQueries>(child, 'queries');
    note(
      `${answer.messages.toLocaleString('en-US')} messages: ` +
        `open ${milliseconds(answer.openToFirstRowsMs)}, text ${milliseconds(answer.textMs)}, ` +
        `expression ${milliseconds(answer.regexMs)}, topic ${milliseconds(answer.topicMs)}`,
    );
    return answer;
  } finally {
    await end();
  }
}

function judgeRun(ours: CaptureRun, peer: CaptureRun, forSeconds: number): Result[] {
  const kept = ours.captured + ours.dropped === ours.sent;
  const onTime = ours.sent >= RATE * forSeconds * 0.98;
  return [
    {
      what: `capture for ${String(forSeconds)} s: captured + dropped of sent, against plain SQLite`,
      ours: `${ours.captured.toLocaleString('en-US')} + ${String(ours.dropped)}`,
      peer: `${peer.captured.toLocaleString('en-US')} of ${peer.sent.toLocaleString('en-US')}`,
      ratio: '',
      budget: `= ${ours.sent.toLocaleString('en-US')} sent`,
      verdict: within(kept && onTime && ours.dropped === 0),
    },
    {
      what: 'capture: largest RSS of the process',
      ours: megabytes(ours.peakRss),
      peer: megabytes(peer.peakRss),
      ratio: times(ours.peakRss / peer.peakRss),
      budget: `≤ ${megabytes(RSS_BUDGET)}`,
      verdict: within(ours.peakRss <= RSS_BUDGET),
    },
    {
      what: 'capture: processor time of the process for a million messages',
      ours: seconds(perMillion(ours)),
      peer: seconds(perMillion(peer)),
      ratio: times(perMillion(ours) / perMillion(peer)),
      budget: '',
      verdict: { kind: 'no budget' },
    },
  ];
}

function perMillion({ cpuMs, sent }: CaptureRun): number {
  return (cpuMs / sent) * 1_000_000;
}

function judgeQueries(one: CaptureQueries, ten: CaptureQueries): Result[] {
  const row = (what: string, ms: number, budget: number | null): Result => ({
    what,
    ours: milliseconds(ms),
    peer: '',
    ratio: '',
    budget: budget === null ? '' : `≤ ${String(budget)} ms`,
    verdict: budget === null ? { kind: 'no budget' } : within(ms <= budget),
  });
  return [
    row('text that is nowhere, in 1,000,000 messages', one.textMs, TEXT_BUDGET_MS),
    row('expression, in 1,000,000 messages', one.regexMs, null),
    row('one topic of 50, counted in 1,000,000 messages', one.topicMs, null),
    row('open 10,000,000 messages to first rows', ten.openToFirstRowsMs, OPEN_BUDGET_MS),
    row('text that is nowhere, in 10,000,000 messages', ten.textMs, null),
    row('one topic of 50, counted in 10,000,000 messages', ten.topicMs, null),
  ];
}
