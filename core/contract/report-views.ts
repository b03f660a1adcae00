import { z } from 'zod';
import { EcuEvidence, RollbackCheck, RollbackOrigin } from './rollback-views.ts';
import { ConditionsView, RefusalView, SignatureMark, UpdateStage } from './views.ts';

/*
 * What a session report says: the record of one workshop session, with what UN R156 asks to be
 * kept of an update (docs/REPORTS.md). Numbers are integers [P1]; what is not known is null.
 */

/** A moment: in UTC, and how far the clock on the wall was from it. */
export const ReportTime = z.object({
  /** ISO 8601 with milliseconds and `Z`. */
  utc: z.iso.datetime({ precision: 3 }),
  /** East of UTC is positive. */
  offsetMinutes: z.number().int().min(-1_440).max(1_440),
});
export type ReportTime = z.infer<typeof ReportTime>;

export const ReportBank = z.object({
  bank: z.enum(['A', 'B']),
  state: z.string(),
  version: z.string().nullable(),
  /** Where the basis is `measured`: of the bytes as they were read; otherwise as claimed. */
  sha256: z.string().nullable(),
  /** What the vehicle's own record says. */
  claimedSha256: z.string().nullable(),
  length: z.number().int().nullable(),
  releaseCounter: z.number().int().nullable(),
});
export type ReportBank = z.infer<typeof ReportBank>;

/**
 * `measured`: the banks were read and hashed for this. `recorded`: the vehicle's own records, not
 * its bytes. `reported`: from its last inventory message.
 */
export const ReportBasis = z.enum(['measured', 'recorded', 'reported']);
export type ReportBasis = z.infer<typeof ReportBasis>;

export const ReportEcu = z.object({
  ecuId: z.string(),
  name: z.string(),
  hardwareId: z.string(),
  partNumber: z.string(),
  bootloaderSha256: z.string(),
  layout: z.enum(['dual', 'single']),
  activeBank: z.enum(['A', 'B']),
  banks: z.array(ReportBank),
  basis: ReportBasis,
});
export type ReportEcu = z.infer<typeof ReportEcu>;

/** What the vehicle was at a moment. Null where it was not to be seen. */
export const ReportSnapshot = z.object({
  at: ReportTime,
  online: z.boolean(),
  simulated: z.boolean(),
  conditions: ConditionsView.nullable(),
  ecus: z.array(ReportEcu),
});
export type ReportSnapshot = z.infer<typeof ReportSnapshot>;

/** One condition of a release [D3], with what was found. */
export const ReportCondition = z.object({
  ecuId: z.string(),
  condition: z.enum(['minSupplyMillivolts', 'ignition', 'parked', 'minFreeBytes']),
  required: z.union([z.number().int(), z.string(), z.boolean()]),
  actual: z.union([z.number().int(), z.string(), z.boolean()]).nullable(),
  state: z.enum(['met', 'unmet', 'unknown']),
});
export type ReportCondition = z.infer<typeof ReportCondition>;

export const ReportMoment = z.object({
  moment: z.enum(['issued', 'attached', 'acknowledged', 'confirmed', 'installing', 'ended']),
  at: ReportTime,
  /** All of them, whether a release asked or not; null where the vehicle does not tell. */
  conditions: ConditionsView.nullable(),
  checked: z.array(ReportCondition),
});
export type ReportMoment = z.infer<typeof ReportMoment>;

export const ReportParty = z.enum(['backend', 'gatekeeper', 'vehicle', 'operator']);
export type ReportParty = z.infer<typeof ReportParty>;

export const ReportRefusal = z.object({
  at: ReportTime.nullable(),
  updateId: z.string().nullable(),
  ecuId: z.string().nullable(),
  by: ReportParty,
  /** What was refused: an update, or a message about the vehicle that was not believed. */
  of: z.enum(['update', 'message']),
  ...RefusalView.shape,
});
export type ReportRefusal = z.infer<typeof ReportRefusal>;

export const ReportRelease = z.object({
  /** Where it was to be installed. */
  ecuId: z.string(),
  releaseId: z.string(),
  hardwareId: z.string(),
  partNumber: z.string(),
  version: z.string(),
  releaseCounter: z.number().int(),
  description: z.string(),
  firmware: z.object({ name: z.string(), sha256: z.string(), length: z.number().int() }),
  requires: z.array(z.object({ hardwareId: z.string(), minReleaseCounter: z.number().int() })),
  /** SHA-256 of the manifest's canonical text, without its signature. */
  manifestSha256: z.string(),
  createdAt: z.string(),
  expires: z.string(),
  /** Of the release's author. */
  signature: SignatureMark,
  /** Who signed, as the manifest says; null where it is not signed. */
  kid: z.string().nullable(),
});
export type ReportRelease = z.infer<typeof ReportRelease>;

export const ReportStep = z.object({
  at: ReportTime,
  stage: UpdateStage,
  detail: z.string(),
  by: ReportParty,
  /** Of the message that brought it. */
  signature: SignatureMark,
  /** Whose key signed that message; null where it is not known. */
  kid: z.string().nullable(),
});
export type ReportStep = z.infer<typeof ReportStep>;

export const ReportUpdate = z.object({
  updateId: z.string(),
  kind: z.enum(['update', 'rollback']),
  /** It began outside this bench. */
  foreign: z.boolean(),
  ecuIds: z.array(z.string()),
  version: z.string(),
  description: z.string(),
  /** None where the release is not known here. */
  releases: z.array(ReportRelease),
  startedAt: ReportTime,
  endedAt: ReportTime.nullable(),
  stage: UpdateStage,
  members: z.array(
    z.object({
      ecuId: z.string(),
      version: z.string(),
      stage: UpdateStage,
      refusal: RefusalView.nullable(),
    }),
  ),
  /** Whether it fits this vehicle as it was: what the gatekeeper found [G7]. */
  compatibility: z.object({
    result: z.enum(['compatible', 'refused', 'not_checked']),
    detail: z.string(),
  }),
  moments: z.array(ReportMoment),
  steps: z.array(ReportStep),
});
export type ReportUpdate = z.infer<typeof ReportUpdate>;

/** A rollback's verdict, with the hashes that the vehicle measured for it. */
export const ReportRollback = z.object({
  verdictId: z.string(),
  updateId: z.string(),
  ecuId: z.string(),
  origin: RollbackOrigin,
  askedBy: z.string(),
  requestedAt: ReportTime,
  endedAt: ReportTime,
  checks: z.array(RollbackCheck),
  action: z.enum(['none', 'reverted', 'switched', 'restored']),
  outcome: z.enum(['rolled_back', 'refused', 'failed']),
  reason: RefusalView,
  before: EcuEvidence.nullable(),
  after: EcuEvidence.nullable(),
  signature: SignatureMark,
});
export type ReportRollback = z.infer<typeof ReportRollback>;

export const ReportEvent = z.object({
  at: ReportTime,
  kind: z.enum([
    'tool_restarted',
    'clock_stepped_back',
    'vehicle_offline',
    'vehicle_online',
    'paused',
    'resumed',
    'finished_early',
  ]),
  detail: z.string(),
});
export type ReportEvent = z.infer<typeof ReportEvent>;

/** One ECU before and after. */
export const ReportChange = z.object({
  ecuId: z.string(),
  name: z.string(),
  before: ReportBank.nullable(),
  after: ReportBank.nullable(),
  beforeBasis: ReportBasis.nullable(),
  afterBasis: ReportBasis.nullable(),
  /** Null where one of the two is not known. */
  changed: z.boolean().nullable(),
});
export type ReportChange = z.infer<typeof ReportChange>;

export const ReportWord = z.enum([
  'completed',
  'rolled_back',
  'refused',
  'cancelled',
  'failed',
  'unfinished',
  'nothing_done',
]);
export type ReportWord = z.infer<typeof ReportWord>;

export const ReportDocument = z.object({
  format: z.literal('ota-bench-session-report'),
  formatVersion: z.literal(1),
  reportId: z.string(),
  createdAt: ReportTime,
  result: z.object({ word: ReportWord, sentence: z.string() }),
  vehicle: z.object({
    vin: z.string(),
    /** ISO 3779 advice about the VIN. */
    advice: z.array(z.string()),
    /** As the operator stated it; the vehicle does not tell. */
    rxswin: z.string().nullable(),
  }),
  work: z.object({
    operator: z.string(),
    order: z.string().nullable(),
    purpose: z.string(),
    remarks: z.string().nullable(),
  }),
  session: z.object({
    /** Null for a report about an update that ran without one. */
    sessionId: z.string().nullable(),
    begunAt: ReportTime,
    finishedAt: ReportTime,
    events: z.array(ReportEvent),
  }),
  before: ReportSnapshot.nullable(),
  after: ReportSnapshot.nullable(),
  changes: z.array(ReportChange),
  updates: z.array(ReportUpdate),
  rollbacks: z.array(ReportRollback),
  refusals: z.array(ReportRefusal),
  tool: z.object({
    name: z.string(),
    version: z.string(),
    /** Of the workspace, for as long as it lasts. */
    benchId: z.string(),
    host: z.enum(['electron', 'headless']),
    os: z.string(),
    timeZone: z.string(),
  }),
  signedBy: z.object({
    /** RFC 7638 thumbprint. */
    kid: z.string(),
    jwk: z.record(z.string(), z.string()),
    /** The key's certificate and then its CA's, DER in base64 (RFC 7515 4.1.6). */
    chain: z.array(z.string()),
  }),
  /** Detached JWS over the RFC 8785 text of everything else; `typ` is `ota-report+jws`. */
  signature: z.string(),
});
export type ReportDocument = z.infer<typeof ReportDocument>;

/** A report in a list. */
export const ReportView = z.object({
  reportId: z.string(),
  /** Rises with each report of this bench; pages go by it. */
  number: z.number().int(),
  vin: z.string(),
  createdAt: z.number(),
  operator: z.string(),
  order: z.string().nullable(),
  purpose: z.string(),
  word: ReportWord,
  sentence: z.string(),
  /** What was to be installed; empty for a rollback. */
  versions: z.array(z.string()),
  updateIds: z.array(z.string()),
  sessionId: z.string().nullable(),
  kid: z.string(),
});
export type ReportView = z.infer<typeof ReportView>;

/** A session that has no report yet. */
export const SessionView = z.object({
  sessionId: z.string(),
  vin: z.string(),
  operator: z.string(),
  order: z.string().nullable(),
  purpose: z.string(),
  begunAt: z.number(),
  updateIds: z.array(z.string()),
  /** The bench ended since it began. */
  interrupted: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/**
 * `trusted`: unchanged, and the key that signed is one that the reader trusts. `unknown_key`:
 * unchanged since some key signed it; whose that is, is not known. `refused`: see `failures`.
 */
export const ReportVerdict = z.object({
  verdict: z.enum(['trusted', 'unknown_key', 'refused']),
  /** Where the trust comes from: a report key of this bench, or what was given. */
  trust: z.enum(['own', 'given', 'none']),
  failures: z.array(RefusalView),
  /** Of the key in the document; null where there is none to be read. */
  key: z
    .object({
      kid: z.string(),
      alg: z.string(),
      /** The thumbprint in hexadecimal, as people compare it. */
      fingerprint: z.string(),
      /** SHA-256 of the CA's certificate that vouches for the key; null where none does. */
      caFingerprint: z.string().nullable(),
    })
    .nullable(),
  /** What it says; null where that cannot be read or believed. */
  document: ReportDocument.nullable(),
});
export type ReportVerdict = z.infer<typeof ReportVerdict>;
