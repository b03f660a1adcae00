import type { ReportView, UpdateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { amendRun, goOn, useGuided } from '../../state/guided.store.ts';
import type { GuidedRun } from '../../state/guided-steps.ts';
import { hasEnded } from '../../state/path.ts';
import { toRefusal } from '../../state/refusal.ts';

/**
 * Opens the session that the report is about: what the vehicle is is noted before anything is done
 * to it. Told again with other words it is begun anew, as long as nothing was done in it. Null where
 * somebody went on to another vehicle before it was there.
 */
export async function beginSession(client: Client, run: GuidedRun): Promise<string | null> {
  const { vin, sessionId } = run;
  if (vin === null) return null;
  const operator = run.operator.trim();
  const purpose = run.purpose.trim();
  const order = run.order.trim();
  if (sessionId !== null) {
    const sessions = await client.reports.running();
    const mine = sessions.find((each) => each.sessionId === sessionId);
    const same =
      mine?.vin === vin &&
      mine.operator === operator &&
      mine.purpose === purpose &&
      (mine.order ?? '') === order;
    if (same) return sessionId;
    // Another name or order: the empty session is of no use to anybody.
    if (mine?.updateIds.length === 0) await client.reports.discard({ sessionId });
  }
  const wanted = { vin, operator, purpose, ...(order === '' ? {} : { order }) };
  const { sessionId: begun } = await client.reports.begin(wanted);
  if (amendRun(run, { sessionId: begun })) return begun;
  // Of the vehicle before: nobody would ever end it.
  await client.reports.discard({ sessionId: begun });
  return null;
}

/** The session, then on to what is installed; unless another vehicle or name was put in meanwhile. */
export async function beginWork(client: Client, run: GuidedRun): Promise<void> {
  await beginSession(client, run);
  const { vin, operator, order, purpose } = useGuided.getState().run;
  const isSaid = operator === run.operator && order === run.order && purpose === run.purpose;
  if (vin === run.vin && isSaid) goOn('installed');
}

/**
 * Starts under the run's own id: a second press, a reload or a restart starts nothing more. Who went
 * back for another vehicle and came forward again has the session of that one still.
 */
export async function startUpdate(client: Client, run: GuidedRun): Promise<void> {
  const { startId, vin, chosen } = run;
  if (startId === null || vin === null) return;
  const sessionId = run.sessionId === null ? null : await beginSession(client, run);
  if (sessionId === null && run.sessionId !== null) return;
  const { updateId } = await client.guided.start({ startId, vin, items: [...chosen] });
  if (amendRun({ ...run, sessionId }, { updateId })) goOn('progress', 'replace');
  await attachToSession(client, sessionId, updateId);
}

/** The update belongs to the session; one that was started without gets its report in the end. */
export async function attachToSession(
  client: Client,
  sessionId: string | null,
  updateId: string,
): Promise<void> {
  if (sessionId === null) return;
  await client.reports.attach({ sessionId, updateId });
}

/**
 * Signs and keeps the report. Where the session is gone (another window, a workspace taken back)
 * the report is made about the update alone.
 */
export async function finishReport(client: Client, run: GuidedRun): Promise<void> {
  const { sessionId, updateId, remarks } = run;
  const noted = remarks.trim() === '' ? {} : { remarks: remarks.trim() };
  if (sessionId !== null) {
    const sessions = await client.reports.running();
    const isOpen = sessions.some((each) => each.sessionId === sessionId);
    // A window may have ended between the start and the note of it; again is the same.
    if (isOpen && updateId !== null) await client.reports.attach({ sessionId, updateId });
    // One that is over answers with its report: the first answer may have been lost.
    const report = await client.reports.finish({ sessionId, ...noted }).catch(unlessUnknown);
    if (report !== null && (updateId === null || report.updateIds.includes(updateId))) {
      amendRun(run, { reportId: report.reportId });
      return;
    }
  }
  if (updateId === null) return;
  const order = run.order.trim();
  const report = await client.reports.create({
    ...{ updateId, operator: run.operator.trim(), purpose: run.purpose.trim(), ...noted },
    ...(order === '' ? {} : { order }),
  });
  amendRun(run, { reportId: report.reportId });
}

/**
 * For whoever goes on to another vehicle: what was done ends in its report, a session in which
 * nothing was done is discarded, and an update that still runs keeps its own.
 */
export async function leaveSession(
  client: Client,
  run: GuidedRun,
  update: UpdateView | null,
): Promise<void> {
  const { sessionId, updateId, reportId } = run;
  if (sessionId === null || reportId !== null) return;
  if (updateId === null) {
    await client.reports.discard({ sessionId });
    amendRun(run, { sessionId: null });
  } else if (update !== null && hasEnded(update)) {
    await finishReport(client, run);
  }
}

function unlessUnknown(error: unknown): ReportView | null {
  if (toRefusal(error).code === 'SESSION_UNKNOWN') return null;
  throw error;
}
