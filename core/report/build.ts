import type {
  ReportDocument,
  ReportRefusal,
  ReportRollback,
  ReportSnapshot,
  ReportTime,
  ReportUpdate,
  RollbackVerdictView,
} from '#core/contract';
import { changesOf } from './changes.ts';
import { checkConditions } from './conditions.ts';
import type { Material, NotedRelease, NotedSnapshot, NotedUpdate } from './material.ts';
import { NOTHING, standingOf, wordOfStage } from './result.ts';
import { sentenceOf } from './sentence.ts';
import { timeOf } from './time.ts';

/** A report but for its signature. */
export type UnsignedReport = Omit<ReportDocument, 'signature' | 'signedBy'>;
type Write = (at: number) => ReportTime;

/** Writes out what was noted. Pure: the same material gives the same report. */
export function buildReport(material: Material): UnsignedReport {
  const { zone, session, work, tool } = material;
  const time: Write = (at) => timeOf(at, zone);
  const before = material.before && snapshotOf(material.before, time);
  const after = material.after && snapshotOf(material.after, time);
  const changes = changesOf(before, after);
  const updates = material.updates.map((each) => updateOf(each, time));
  const refusals = refusalsOf(material, time);
  const rollbacks = material.rollbacks.map((each) => rollbackOf(each, time));
  const [{ word } = NOTHING] = standingOf({ updates, rollbacks });
  const vehicle = {
    vin: material.vin,
    advice: [...material.advice],
    rxswin: work.rxswin,
  };
  return {
    format: 'ota-bench-session-report',
    formatVersion: 1,
    reportId: material.reportId,
    createdAt: time(session.finishedAt),
    result: {
      word,
      sentence: sentenceOf({ vehicle, changes, updates, rollbacks, refusals }, 'en'),
    },
    vehicle,
    work: {
      operator: work.operator,
      order: work.order,
      purpose: work.purpose,
      remarks: material.remarks,
    },
    session: {
      sessionId: session.sessionId,
      begunAt: time(session.begunAt),
      finishedAt: time(session.finishedAt),
      events: session.events.map(({ at, kind, detail }) => ({ at: time(at), kind, detail })),
    },
    before,
    after,
    changes,
    updates,
    rollbacks,
    refusals,
    tool: { name: 'OTA Bench', ...tool, timeZone: zone.name },
  };
}

function snapshotOf({ at, ecus, ...more }: NotedSnapshot, time: Write): ReportSnapshot {
  return { ...more, at: time(at), ecus: [...ecus] };
}

function updateOf({ update, installs, releases, moments }: NotedUpdate, time: Write): ReportUpdate {
  const { steps, members, stage, createdAt } = update;
  const over = wordOfStage(stage) !== 'unfinished';
  return {
    updateId: update.updateId,
    kind: installs ? 'update' : 'rollback',
    foreign: update.foreign,
    ecuIds: members.length > 0 ? members.map(({ ecuId }) => ecuId) : [update.ecuId],
    version: update.version,
    description: update.description,
    releases: releases.map(releaseOf),
    startedAt: time(createdAt),
    endedAt: over ? time(steps.at(-1)?.at ?? createdAt) : null,
    stage,
    members: members.map(({ ecuId, version, stage: own, refusal }) => ({
      ...{ ecuId, version, stage: own, refusal: refusal ?? null },
    })),
    compatibility: compatibilityOf(update, installs),
    moments: moments.map(({ moment, snapshot: { at, conditions } }) => ({
      ...{ moment, at: time(at), conditions },
      checked: checkConditions(releases, conditions),
    })),
    steps: steps.map(({ at, stage: own, detail, signature, by = 'backend', kid = null }) => ({
      ...{ at: time(at), stage: own, detail, by, signature, kid },
    })),
  };
}

function releaseOf({ ecuId, manifest, manifestSha256, signature, kid }: NotedRelease) {
  const { firmware, requires } = manifest;
  return {
    ecuId,
    releaseId: manifest.releaseId,
    hardwareId: manifest.hardwareId,
    partNumber: manifest.partNumber,
    version: manifest.version,
    releaseCounter: manifest.releaseCounter,
    description: manifest.description,
    firmware: { name: firmware.name, sha256: firmware.sha256, length: firmware.length },
    requires: requires.map(({ hardwareId, minReleaseCounter }) => ({
      ...{ hardwareId, minReleaseCounter },
    })),
    createdAt: manifest.createdAt,
    expires: manifest.expires,
    ...{ manifestSha256, signature, kid },
  };
}

/** [G7] The gatekeeper lets nothing through that does not fit what the vehicle reported. */
function compatibilityOf(
  { steps, stage, refusal }: NotedUpdate['update'],
  installs: boolean,
): ReportUpdate['compatibility'] {
  if (!installs) return { result: 'not_checked', detail: 'a rollback returns to what was there' };
  const offered = steps.find((step) => step.stage === 'available');
  if (offered !== undefined) return { result: 'compatible', detail: offered.detail };
  if (stage !== 'refused') return { result: 'not_checked', detail: 'it was never offered' };
  return { result: 'refused', detail: refusal ? `${refusal.code}: ${refusal.reason}` : '' };
}

function refusalsOf({ updates, refused }: Material, time: Write): ReportRefusal[] {
  const own = updates.flatMap(({ update }) =>
    refusalsOfUpdate(update).map((each) => ({ ...each, of: 'update' as const })),
  );
  const disbelieved = refused.map(({ at, updateId, code, reason }) => ({
    ...{ at, updateId, ecuId: null, by: 'backend' as const, of: 'message' as const, code, reason },
    next: 'See the code in docs/PROTOCOL.md.',
  }));
  return [...own, ...disbelieved]
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
    .map(({ at, ...more }) => ({ ...more, at: at === null ? null : time(at) }));
}

type Refused = Omit<ReportRefusal, 'at' | 'of'> & { at: number | null };

const COMMAND_REFUSED = /^the vehicle refused .+?: ([A-Z0-9_]{1,64}): (.*)$/s;

function refusalsOfUpdate(update: NotedUpdate['update']): Refused[] {
  const { updateId, ecuId, refusal, steps, members } = update;
  const found: Refused[] = [];
  if (refusal) {
    const step = steps.findLast(({ detail }) => detail.includes(refusal.code));
    found.push({
      ...{ at: step?.at ?? null, updateId, ecuId: ecuId || null, by: step?.by ?? 'backend' },
      ...{ code: refusal.code, reason: refusal.reason, next: refusal.next },
    });
  }
  for (const member of members) {
    if (!member.refusal) continue;
    const { code, reason, next } = member.refusal;
    const step = steps.find(({ detail }) => detail.startsWith(`${member.ecuId}: `));
    const at = step?.at ?? null;
    found.push({ at, updateId, ecuId: member.ecuId, by: 'vehicle', code, reason, next });
  }
  for (const { at, detail } of steps) {
    const [, code, reason] = COMMAND_REFUSED.exec(detail) ?? [];
    if (code === undefined || reason === undefined) continue;
    const next = 'See the code in docs/PROTOCOL.md.';
    found.push({ at, updateId, ecuId: ecuId || null, by: 'vehicle', code, reason, next });
  }
  return found;
}

function rollbackOf(verdict: RollbackVerdictView, time: Write): ReportRollback {
  const { verdictId, updateId, ecuId, origin, askedBy, checks, action, outcome } = verdict;
  const { reason, before, after, signature, requestedAt, endedAt } = verdict;
  return {
    ...{ verdictId, updateId, ecuId, origin, askedBy },
    requestedAt: time(requestedAt),
    endedAt: time(endedAt),
    ...{ checks, action, outcome, reason, before, after, signature },
  };
}
