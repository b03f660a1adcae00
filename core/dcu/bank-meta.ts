import { z } from 'zod';

/*
 * Which bank an ECU starts from, as its flash remembers it. Every change is a pure function of
 * the record before, and the record is replaced whole on disk, so that power can go at any time.
 * What is peculiar to an ECU with one bank is in single-meta.ts.
 */

export const BankName = z.enum(['A', 'B']);
export type BankName = z.infer<typeof BankName>;

const Software = z.object({
  version: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  length: z.number().int().min(0),
  releaseCounter: z.number().int().min(0),
  /** What its release asks of other ECUs; records of before it was kept have none. */
  requires: z
    .array(z.object({ hardwareId: z.string(), minReleaseCounter: z.number().int().min(0) }))
    .optional(),
});
export type Software = z.infer<typeof Software>;

const BankRecord = z.discriminatedUnion('state', [
  z.object({ state: z.literal('empty') }),
  /** `writing`: bytes are going in. `bad`: never to be started. */
  z.object({
    state: z.enum(['writing', 'written', 'pending', 'active', 'valid', 'bad']),
    software: Software,
  }),
]);
export type BankRecord = z.infer<typeof BankRecord>;

/** Copies lie in two files by turns, so that the older one stays until the newer is whole. */
const BackupFile = z.union([z.literal(1), z.literal(2)]);
export type BackupFile = z.infer<typeof BackupFile>;

export const BankMeta = z.object({
  format: z.literal(1),
  /** Started unless a trial is due. */
  active: BankName,
  /**
   * A bank to be started on trial before it counts. A start is counted before it begins, in
   * `starts`; those that came to nothing are in `failed` besides.
   */
  trial: z
    .object({
      bank: BankName,
      attempted: z.boolean(),
      starts: z.number().int().min(0).default(0),
      failed: z.number().int().min(0).default(0),
    })
    .nullable(),
  banks: z.object({ A: BankRecord, B: BankRecord }),
  /**
   * Of an ECU with one bank, A; its B is a copy in a file, never started. Null: two banks.
   * `kept` is the copy before, until the update or rollback under way has proved itself.
   */
  backup: z
    .object({
      file: BackupFile,
      kept: z.object({ file: BackupFile, record: BankRecord }).nullable(),
    })
    .nullable()
    .default(null),
});
export type BankMeta = z.infer<typeof BankMeta>;

export function otherBank(bank: BankName): BankName {
  return bank === 'A' ? 'B' : 'A';
}

export function softwareIn(meta: BankMeta, bank: BankName): Software | null {
  const record = meta.banks[bank];
  return record.state === 'empty' ? null : record.software;
}

export function factoryMeta(
  layout: 'dual' | 'single',
  factory: Software,
  previous: Software | null,
): BankMeta {
  return {
    format: 1,
    active: 'A',
    trial: null,
    banks: {
      A: { state: 'active', software: factory },
      B: previous === null ? { state: 'empty' } : { state: 'valid', software: previous },
    },
    backup: layout === 'single' ? { file: 1, kept: null } : null,
  };
}

/** From here on the bank's earlier content is gone. */
export function beginWriting(meta: BankMeta, bank: BankName, software: Software): BankMeta {
  return put({ ...meta, trial: null }, bank, { state: 'writing', software });
}

export function markWritten(meta: BankMeta, bank: BankName): BankMeta {
  return restate(meta, bank, 'written');
}

export function arm(meta: BankMeta, bank: BankName): BankMeta {
  return {
    ...restate(meta, bank, 'pending'),
    trial: { bank, attempted: false, starts: 0, failed: 0 },
  };
}

/**
 * What the bootloader does at power-on: a bank on trial starts up to `allowed` times, and each
 * attempt is on record before it is made; then, and without a trial, it is the active bank. An
 * ECU with one bank has no other to start: `B` says that its bootloader waits for the copy.
 */
export function boot(
  meta: BankMeta,
  allowed: number,
): { readonly running: BankName; readonly meta: BankMeta } {
  const { trial } = meta;
  const starts = startsOf(meta);
  if (trial !== null && starts < allowed) {
    const next = { ...trial, attempted: true, starts: starts + 1 };
    return { running: trial.bank, meta: { ...meta, trial: next } };
  }
  if (meta.backup !== null && (trial !== null || meta.banks.A.state !== 'active')) {
    return { running: 'B', meta };
  }
  return { running: meta.active, meta };
}

/** Starts of the bank on trial so far; 0 without one. */
export function startsOf({ trial }: BankMeta): number {
  if (trial === null) return 0;
  // A record from before starts were counted knows one at most.
  return Math.max(trial.starts, trial.attempted ? 1 : 0);
}

/** The start that `boot` counted last came to nothing. */
export function startFailed(meta: BankMeta): BankMeta {
  const { trial } = meta;
  return trial === null ? meta : { ...meta, trial: { ...trial, failed: trial.failed + 1 } };
}

/** The trial passed: `bank` is what the ECU runs, the old one what it can return to. */
export function commit(meta: BankMeta, bank: BankName): BankMeta {
  if (meta.backup !== null) {
    const next = restate(meta, 'A', 'active');
    return { ...next, trial: null, backup: { ...meta.backup, kept: null } };
  }
  if (meta.active === bank) return meta;
  const next = restate(restate(meta, otherBank(bank), 'valid'), bank, 'active');
  return { ...next, active: bank, trial: null };
}

/** Whether an update has put its hands on the bank; until then an earlier image is still in it. */
export function isTouched(meta: BankMeta, bank: BankName): boolean {
  const { state } = meta.banks[bank];
  return state === 'writing' || state === 'written' || state === 'pending';
}

/**
 * The update in `bank` failed: it is never started again, and the other bank is active. One that
 * failed before it touched the bank leaves it as it was.
 */
export function revert(meta: BankMeta, bank: BankName): BankMeta {
  if (meta.active !== bank && !isTouched(meta, bank)) return meta;
  const old = otherBank(bank);
  return { ...restate(restate(meta, bank, 'bad'), old, 'active'), active: old, trial: null };
}

export function erase(meta: BankMeta, bank: BankName): BankMeta {
  return put({ ...meta, trial: null }, bank, { state: 'empty' });
}

/** [D7] A commanded rollback of two banks: to `bank`, keeping what is left behind as `valid`. */
export function switchTo(meta: BankMeta, bank: BankName): BankMeta {
  return commit(meta, bank);
}

/** After a start without a journal entry for it, a half-written bank belongs to nobody. */
export function disown(meta: BankMeta): BankMeta {
  // With one bank that is what the ECU would run: single-bank.ts brings the copy back.
  if (meta.backup !== null) return meta;
  const spare = otherBank(meta.active);
  return isTouched(meta, spare) ? { ...restate(meta, spare, 'bad'), trial: null } : meta;
}

export function restate(
  meta: BankMeta,
  bank: BankName,
  state: Exclude<BankRecord['state'], 'empty'>,
): BankMeta {
  const software = softwareIn(meta, bank);
  return software === null ? meta : put(meta, bank, { state, software });
}

export function put(meta: BankMeta, bank: BankName, record: BankRecord): BankMeta {
  return { ...meta, banks: { ...meta.banks, [bank]: record } };
}
