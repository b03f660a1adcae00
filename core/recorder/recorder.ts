import { isAbsolute } from 'node:path';
import { silentLog, type Clock, type Log, type Refusal } from '#core/ports';
import { createAnnouncer } from './announcer.ts';
import { createCalendar } from './calendar.ts';
import { RecorderError, refusalOf } from './errors.ts';
import { createIntake, type Queue } from './intake.ts';
import { createQueries } from './queries.ts';
import type { Bounds, Recorder, RecorderState, Retention } from './recorder-types.ts';
import { startThread, type Thread } from './thread.ts';
import type { WriterCalls } from './thread-messages.ts';

/** About ten seconds at 20,000 messages a second, should the disk stand still. */
const QUEUE: Queue = { messages: 200_000, bytes: 64 * 1_048_576 };
const RETENTION: Retention = { bytes: 4 * 1_024 ** 3, ageMs: 30 * 24 * 3_600_000 };
/** How often it is looked whether something is too old or too much. */
const RETAIN_MS = 1_000;
const NOTE_LIMIT = 10_000;

export type RecorderOptions = {
  /** `traffic.db` of the workspace; absolute. */
  readonly file: string;
  readonly clock: Clock;
  readonly log?: Log;
  readonly retention?: Partial<Retention>;
  /** Most that waits for the disk; beyond it messages are dropped and counted. */
  readonly queue?: Partial<Queue>;
};

/**
 * Opens the capture and records from then on. Two threads stand behind it: one writes, one
 * answers queries, so that neither a search stalls the capture nor the disk whoever tells.
 * @throws RecorderError CAPTURE_NEWER, CAPTURE_UNUSABLE, CAPTURE_DISK_FULL, RECORDER_FAILED
 */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const { file, clock, log = silentLog } = options;
  if (!isAbsolute(file)) {
    throw new RecorderError('CAPTURE_UNUSABLE', `${file} is no absolute path`, {
      next: 'Give the whole path of the file.',
    });
  }
  const closing = new AbortController();
  const today = createCalendar(clock);
  const states = createAnnouncer<RecorderState>(log);
  const captures = createAnnouncer<Bounds>(log);
  const notices: Refusal[] = [];
  let retention: Retention = { ...RETENTION, ...options.retention };
  let state: RecorderState = { kind: 'recording' };
  let bounds: Bounds = { first: 1, last: 0, count: 0 };
  /** Something, since the file was opened. */
  let written = false;

  const assertOpen = (): void => {
    if (state.kind !== 'closed') return;
    throw new RecorderError('RECORDER_CLOSED', 'the recorder is closed', {
      next: 'Start the bench again.',
    });
  };
  const enter = (next: RecorderState): void => {
    state = next;
    states.tell(next);
  };
  const stop = (why: Refusal): void => {
    if (state.kind !== 'recording') return;
    intake.stop();
    log('warn', 'recording of traffic stopped', { ...why });
    enter({ kind: 'stopped', since: clock.now(), why });
  };
  const moved = (next: Bounds): void => {
    const same = next.first === bounds.first && next.last === bounds.last;
    bounds = next;
    if (!same) captures.tell(next);
  };
  const opened = Promise.withResolvers<undefined>();
  const startWriter = async (isDamaged: boolean): Promise<Thread<WriterCalls>> => {
    written = false;
    const started = await startThread<WriterCalls>({
      data: {
        ...{ room: 'recorder', role: 'writer', file, now: clock.now(), isDamaged },
        after: bounds.last,
      },
      clock,
      onBatch: (message) => {
        // Stopped first, so that whoever hears of the loss sees why.
        if (message.kind === 'lost') stop(message.why);
        intake.settled(message);
        if (message.kind === 'stored') written = true;
        if (message.kind === 'stored') moved(message.bounds);
      },
      onDeath: (error) => {
        stop(refusalOf(error));
        intake.abandon();
        // Found while it was opened: as if it had been seen at first sight.
        // That may be before anything below stands.
        if (error.code === 'CAPTURE_DAMAGED' && !written)
          void opened.promise.then(() => resume().catch(() => undefined));
      },
    });
    moved(started.ready.bounds);
    for (const notice of started.ready.notices) {
      notices.push(notice);
      log('warn', notice.reason, { code: notice.code });
    }
    return started;
  };

  const intake = createIntake({
    ...{ clock, today },
    queue: { ...QUEUE, ...options.queue },
    send: (batch) => {
      writer.sendBatch(batch);
    },
  });
  const { queries, end: endQueries } = createQueries({ file, clock, assertOpen });
  let writer = await startWriter(false).catch(async (error: unknown) => {
    await endQueries();
    throw error;
  });
  /** False after a resume that failed half-way. */
  let writerLives = true;
  const asked = (): Thread<WriterCalls> => {
    assertOpen();
    return writer;
  };
  const retain = async (): Promise<boolean> => {
    const answer = await writer.call('retain', { retention, now: today() });
    moved(answer.bounds);
    return answer.more;
  };
  const retainForever = async (): Promise<void> => {
    for (let more = false; ;) {
      await clock.sleep(more ? 1 : RETAIN_MS, closing.signal);
      more = false;
      if (state.kind !== 'recording') continue;
      try {
        more = await retain();
      } catch (error) {
        if (!closing.signal.aborted) stop(refusalOf(error));
      }
    }
  };
  const goOn = async (code: string): Promise<void> => {
    // Before anything is let go of: what can be read stays readable while the disk is full.
    const mayGoOn = code === 'CAPTURE_DISK_FULL' || code === 'CAPTURE_WRITE_FAILED';
    if (mayGoOn && writerLives) await writer.call('probe', null);
    assertOpen();
    writerLives = false;
    await Promise.all([writer.end(), endQueries()]);
    intake.abandon();
    assertOpen();
    writer = await startWriter(code === 'CAPTURE_DAMAGED');
    writerLives = true;
    // Who asked meanwhile looks at the file that was set aside.
    await endQueries();
    assertOpen();
    intake.start();
    enter({ kind: 'recording' });
  };
  /** One for all who ask: a second one would leave a writer behind that nobody ends. */
  let resuming: Promise<void> | null = null;
  const resume = async (): Promise<void> => {
    assertOpen();
    if (state.kind !== 'stopped') return;
    resuming ??= goOn(state.why.code).finally(() => (resuming = null));
    await resuming;
  };
  opened.resolve(undefined);
  const retaining = retainForever().catch(() => undefined);

  return {
    ...queries,
    add: (event) => {
      intake.add(event);
    },
    counts: () => intake.counts(),
    state: () => state,
    notices: () => notices,
    onState: states.listen,
    onCaptured: captures.listen,
    flush: () => intake.idle(),
    resume,
    async setRetention(next) {
      assertOpen();
      retention = next;
      try {
        while (await retain());
      } catch (error) {
        stop(refusalOf(error));
        throw error;
      }
    },
    async clear() {
      await intake.idle();
      const through = bounds.last;
      for (let more = true; more;) {
        const answer = await asked().call('clear', { through });
        more = answer.more;
        moved(answer.bounds);
      }
    },
    topics: async (query) => asked().call('topics', { ...query, now: today() }),
    branches: async (query) => asked().call('branches', { ...query, now: today() }),
    async mark(id, note = '') {
      if (note.length > NOTE_LIMIT) {
        throw new RecorderError('NOTE_TOO_LONG', `${String(note.length)} characters are too many`, {
          next: `Keep the note within ${NOTE_LIMIT.toLocaleString('en')} characters.`,
        });
      }
      return asked().call('mark', { id, note, now: clock.now() });
    },
    async unmark(id) {
      await asked().call('unmark', { id });
    },
    async close() {
      if (state.kind === 'closed') return;
      if (state.kind === 'recording') await intake.idle();
      intake.close();
      enter({ kind: 'closed' });
      closing.abort(new Error('the recorder closed'));
      await Promise.all([retaining, endQueries(), resuming?.catch(() => undefined)]);
      await writer.call('close', null).catch((error: unknown) => {
        log('warn', 'the capture was not closed in order', { error });
      });
      await writer.end();
    },
  };
}
