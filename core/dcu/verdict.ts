import { createHash } from 'node:crypto';
import type { RollbackCheck, RollbackVerdict } from '#core/protocol';
import { believed, type Finding } from './dossier.ts';
import type { Why } from './errors.ts';
import type { Rollback } from './events.ts';
import type { Measured } from './evidence.ts';
import { reasonOf, senderOf } from './voice.ts';

/** Long details would not leave room for the rest in 64 KiB. */
const DETAIL_CHARACTERS = 2_000;

/** A verdict as it is published: integers and strings, so that any script reads it [P1]. */
export function verdictOf(
  vin: string,
  about: { readonly updateId: string; readonly ecuId: string },
  finding: Finding,
  now: number,
): RollbackVerdict {
  const { origin, askedBy, action, outcome, reason, before, after } = finding;
  const endedAt = finding.endedAt ?? now;
  return {
    verdictId: verdictIdOf(vin, about, finding),
    updateId: about.updateId,
    vin,
    ecuId: about.ecuId.slice(0, 64),
    origin,
    askedBy: (askedBy ?? senderOf(vin)).slice(0, 128),
    requestedAt: new Date(finding.requestedAt ?? endedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    checks: finding.checks.map((one) => ({
      ...one,
      detail: one.detail.slice(0, DETAIL_CHARACTERS),
    })),
    action,
    outcome,
    reason: reasonOf(reason),
    before,
    after,
  };
}

/**
 * The same whenever it is written, also after a restart in between. An update can lead to a
 * rollback of each of its ECUs by itself, to one for its group, and to one by command; a command
 * that is turned away may come again in another message.
 */
function verdictIdOf(
  vin: string,
  { updateId, ecuId }: { readonly updateId: string; readonly ecuId: string },
  { kind, inReplyTo, requestedAt }: Finding,
): string {
  const asked = kind === 'turnedAway' ? (inReplyTo ?? String(requestedAt)) : '';
  const text = JSON.stringify([vin, updateId, ecuId, kind, asked]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A rollback that was not even looked into: nothing changed, so both pictures are one. */
export function findingOfTurnedAway(
  rollback: Rollback,
  why: Why,
  at: number | null,
  measured: Measured | null,
): Finding {
  const { origin = 'technician', askedBy = null, inReplyTo = null } = rollback;
  const evidence = measured?.evidence ?? null;
  const checks = [...checksOf(rollback, why), ...(measured?.checks ?? [])];
  return {
    ...{ origin, askedBy, inReplyTo, kind: 'turnedAway', outcome: 'refused', action: 'none' },
    ...{ requestedAt: at, endedAt: at, checks, reason: why },
    ...{ before: evidence, after: evidence },
  };
}

function checksOf({ proven }: Rollback, why: Why): readonly RollbackCheck[] {
  const asked = { check: 'command', passed: true, detail: believed(proven) };
  switch (why.code) {
    case 'BUSY':
      return [asked, { check: 'idle', passed: false, detail: why.detail }];
    case 'ECU_UNKNOWN':
      return [asked, { check: 'ecu', passed: false, detail: why.detail }];
    default:
      return [{ check: 'command', passed: false, detail: why.detail }];
  }
}
