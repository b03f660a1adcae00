import { arch, platform, release as osRelease } from 'node:os';
import { type Records } from '#core/backend';
import { type BenchView, type ReportView, type UpdateView } from '#core/contract';
import { adviseVin, parseVin } from '#core/protocol';
import {
  buildReport,
  type Material,
  openReportBooks,
  ReportError,
  sessionView,
  signReport,
  systemZone,
  type Work,
  wordOfStage,
} from '#core/report';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { type Feeds } from '../feeds.ts';
import { type Stage } from '../stage.ts';
import { type ReportDesk, type Wish } from './desk-types.ts';
import { gatherRefused, gatherRollbacks, gatherUpdate } from './gather.ts';
import { createPapers } from './papers.ts';
import { reportSigner } from './signing.ts';
import { conditionsOf, isStill, measuredOf, recordedOf } from './snapshot.ts';
import { watchUpdates } from './watch.ts';

/** Sessions under way and updates in one: more is a mistake, and would be read by nobody. */
const SESSIONS_LIMIT = 200;
const UPDATES_LIMIT = 100;

export function createReportDesk(options: {
  context: Context;
  feeds: Feeds;
  records: Records;
  stage: Pick<Stage, 'dcu'>;
  version: string;
  host: BenchView['host'];
  verifierDir: string | undefined;
}): ReportDesk {
  const { context, feeds, records, stage, version, host, verifierDir } = options;
  const { workspace, clock, random, log } = context;
  const books = openReportBooks(workspace.db, random);
  const { sessions, moments, shelf } = books;
  const watch = watchUpdates({ feeds, books, clock, log });
  const deps = { context, records, books };
  const os = `${platform()} ${osRelease()} ${arch()}`;
  const tool = { version, benchId: books.benchId, host, os };
  // One report after the other: a session that is finished twice at once has one.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const sessionOf = (sessionId: string) => {
    const session = sessions.get(sessionId);
    if (session !== null) return session;
    const report = shelf.ofSession(sessionId);
    if (report === null) {
      throw new ReportError('SESSION_UNKNOWN', `there is no session ${sessionId}`, {
        next: 'Begin one, or choose one of those under way.',
      });
    }
    throw new ReportError('SESSION_OVER', `the session ended in report ${report.reportId}`, {
      next: 'Open that report, or begin another session.',
    });
  };
  const updateOf = (updateId: string): UpdateView => {
    const recorded = records.update(updateId);
    if (recorded !== null) return recorded.view;
    throw new BenchError('UPDATE_UNKNOWN', `there is no update ${updateId}`, {
      next: 'choose one that is listed',
    });
  };
  const measure = (vin: string, at: number) =>
    measuredOf(feeds.vehicles.get(vin), stage.dcu(vin), at);
  const keep = async (
    its: Omit<
      Material,
      'reportId' | 'advice' | 'tool' | 'zone' | 'updates' | 'rollbacks' | 'refused'
    >,
    updateIds: readonly string[],
    within: (sessionId: string | null) => void,
  ): Promise<ReportView> => {
    const gathered = await Promise.all(updateIds.map((id) => gatherUpdate(id, deps)));
    const { begunAt, finishedAt, sessionId, events } = its.session;
    const updates = gathered.filter((each) => each !== null);
    // What a clock that went back says of the order is wrong; the session took them one by one.
    const isInOrder = !events.some(({ kind }) => kind === 'clock_stepped_back');
    if (isInOrder) updates.sort((a, b) => a.update.createdAt - b.update.createdAt);
    const at = [begunAt, finishedAt, ...(isInOrder ? [] : events.map((each) => each.at))];
    const span = { vin: its.vin, from: Math.min(...at), to: Math.max(...at) };
    const report = buildReport({
      ...its,
      reportId: random.uuid(),
      advice: adviseVin(its.vin),
      updates,
      rollbacks: gatherRollbacks({ ...span, updateIds }, records),
      refused: gatherRefused(span, records),
      tool,
      zone: systemZone,
    });
    const { document, text } = await signReport(report, await reportSigner(context, books));
    return shelf.add(document, text, () => {
      within(sessionId);
    });
  };

  const finish: ReportDesk['finish'] = async (sessionId, { remarks, unfinished }) => {
    const done = shelf.ofSession(sessionId);
    if (done !== null) return done;
    const { vin, begunAt, before, updateIds } = sessionOf(sessionId);
    const open = updateIds.find((id) => isRunning(records.update(id)?.view));
    if (open !== undefined && unfinished !== true) throw stillRunning(open);
    const finishedAt = watch.now();
    if (open !== undefined) {
      const detail = `${open} was still under way`;
      sessions.note(sessionId, { at: finishedAt, kind: 'finished_early', detail });
    }
    const after = feeds.vehicles.get(vin) ? await measure(vin, finishedAt) : null;
    const session = sessionOf(sessionId);
    const view = await keep(
      {
        ...{ vin, before, after, work: workOf(session), remarks: remarks ?? null },
        session: { sessionId, begunAt, finishedAt, events: session.events },
      },
      updateIds,
      () => {
        sessions.end(sessionId);
      },
    );
    sessions.over(sessionId);
    return view;
  };

  const create: ReportDesk['create'] = async (updateId, { remarks, ...wish }) => {
    const update = updateOf(updateId);
    const { vin, stage: now } = update;
    if (isRunning(update)) throw stillRunning(updateId);
    const session = sessions.ofUpdate(updateId);
    if (session !== null) {
      throw new ReportError('UPDATE_ATTACHED', `it belongs to the session ${session.sessionId}`, {
        next: 'Finish that session; its report tells of this update too.',
      });
    }
    const before = shelf.ofUpdate(updateId);
    if (before?.stage === now) {
      throw new ReportError('REPORT_EXISTS', `report ${before.view.reportId} tells of it`, {
        next: 'Open that report; one that is written is never changed.',
      });
    }
    const noted = moments.of(updateId);
    const ended = noted.find(({ moment }) => moment === 'ended')?.snapshot ?? null;
    const issued = noted.find(({ moment }) => moment === 'issued')?.snapshot ?? null;
    const finishedAt = watch.now();
    const vehicle = feeds.vehicles.get(vin);
    // What the banks hold now says something about the update only while they were left alone.
    const untouched =
      ended !== null && vehicle !== undefined && isStill(recordedOf(vehicle, 0), ended);
    return keep(
      {
        ...{ vin, work: workOf(wish), remarks: remarks ?? null },
        before: issued,
        after: untouched ? await measure(vin, finishedAt) : ended,
        session: { sessionId: null, begunAt: update.createdAt, finishedAt, events: [] },
      },
      [updateId],
      () => undefined,
    );
  };

  return {
    begin: async (name, wish) => {
      const vin = parseVin(name);
      if (feeds.vehicles.get(vin) === undefined) {
        throw new BenchError('VEHICLE_UNKNOWN', `no vehicle ${vin} is known here`, {
          next: 'check the VIN, or start the vehicle and wait for its inventory',
        });
      }
      if (sessions.running().length >= SESSIONS_LIMIT) {
        throw new BenchError('TOO_MANY', `${String(SESSIONS_LIMIT)} sessions are under way`, {
          next: 'finish or discard some of them in Reports',
        });
      }
      const begunAt = watch.now();
      const before = await measure(vin, begunAt);
      const sessionId = random.uuid();
      const { operator, purpose, order, rxswin } = workOf(wish);
      sessions.add({
        ...{ sessionId, vin, begunAt, operator, purpose, order, rxswin },
        before: { ...before, ecus: [...before.ecus] },
        updateIds: [],
        events: [],
      });
      return { sessionId };
    },
    attach(sessionId, updateId) {
      const session = sessionOf(sessionId);
      const update = updateOf(updateId);
      if (update.vin !== session.vin) {
        throw new ReportError(
          'REPORT_OTHER_VEHICLE',
          `update ${updateId} is for ${update.vin}, the session for ${session.vin}`,
          { next: 'Begin a session for that vehicle.' },
        );
      }
      const owner = sessions.ofUpdate(updateId);
      if (owner?.sessionId === sessionId) return;
      if (owner !== null) {
        throw new ReportError('UPDATE_ATTACHED', `it belongs to the session ${owner.sessionId}`, {
          next: 'Finish that session; its report tells of this update too.',
        });
      }
      if (session.updateIds.length >= UPDATES_LIMIT) {
        throw new BenchError('TOO_MANY', `the session has ${String(UPDATES_LIMIT)} updates`, {
          next: 'finish it and begin another',
        });
      }
      moments.note(
        updateId,
        'attached',
        conditionsOf(feeds.vehicles.get(session.vin), watch.now()),
      );
      sessions.attach(sessionId, updateId);
    },
    finish: (sessionId, more) => inTurn(() => finish(sessionId, more)),
    discard(sessionId) {
      const { updateIds } = sessionOf(sessionId);
      if (updateIds.length > 0) {
        throw new ReportError('SESSION_NOT_EMPTY', 'something was done in this session', {
          next: 'Finish it: what was done to a vehicle is on record.',
        });
      }
      sessions.remove(sessionId);
    },
    create: (updateId, wish) => inTurn(() => create(updateId, wish)),
    running: () => sessions.running().map(sessionView),
    isInSession: (vin) => sessions.ofVehicle(vin).some(({ updateIds }) => updateIds.length > 0),
    ...createPapers({ context, books, verifierDir }),
    confirming(vin, updateId) {
      const snapshot = conditionsOf(feeds.vehicles.get(vin), watch.now());
      return () => {
        moments.note(updateId, 'confirmed', snapshot);
      };
    },
    async close() {
      watch.close();
      await turn;
    },
  };
}

function workOf({ operator, purpose, order, rxswin }: Wish | Work): Work {
  return { operator, purpose, order: order ?? null, rxswin: rxswin ?? null };
}

function isRunning(update: UpdateView | undefined): boolean {
  return update !== undefined && wordOfStage(update.stage) === 'unfinished';
}

function stillRunning(updateId: string): ReportError {
  return new ReportError('REPORT_UPDATE_RUNNING', `update ${updateId} is still under way`, {
    next: 'Wait for it to end, or finish the session as unfinished where it never will.',
  });
}
