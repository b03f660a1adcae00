import { z } from 'zod';

/*
 * Which bank an ECU starts from, as its flash remembers it. Every change is a pure function of
 * the record before, and the record is replaced whole on disk, so that power can go at any time.
 */

export const BankName = z.enum(['A', 'B']);
export type BankName = z.infer<typeof BankName>;

const Software = z.object({
  version: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  length: z.number().int().min(0),
  releaseCounter: z.number().int().min(0),
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

export const BankMeta = z.object({
  format: z.literal(1),
  /** Started unless a trial is due. */
  active: BankName,
  /** A bank to be started once before it counts. `attempted` is set before it starts. */
  trial: z.object({ bank: BankName, attempted: z.boolean() }).nullable(),
  banks: z.object({ A: BankRecord, B: BankRecord }),
});
export type BankMeta = z.infer<typeof BankMeta>;

export function otherBank(bank: BankName): BankName {
  return bank === 'A' ? 'B' : 'A';
}

export function softwareIn(meta: BankMeta, bank: BankName): Software | null {
  const record = meta.banks[bank];
  return record.state === 'empty' ? null : record.software;
}

export function factoryMeta(factory: Software, previous: Software | null): BankMeta {
  return {
    format: 1,
    active: 'A',
    trial: null,
    banks: {
      A: { state: 'active', software: factory },
      B: previous === null ? { state: 'empty' } : { state: 'valid', software: previous },
    },
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
  return { ...restate(meta, bank, 'pending'), trial: { bank, attempted: false } };
}

/**
 * What the bootloader does at power-on: a due trial starts once, and the attempt is on record
 * before it does; anything else starts the active bank.
 */
export function boot(meta: BankMeta): { readonly running: BankName; readonly meta: BankMeta } {
  if (meta.trial === null || meta.trial.attempted) return { running: meta.active, meta };
  const { bank } = meta.trial;
  return { running: bank, meta: { ...meta, trial: { bank, attempted: true } } };
}

/** The trial passed: `bank` is what the ECU runs, the old one what it can return to. */
export function commit(meta: BankMeta, bank: BankName): BankMeta {
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

/** [D7] A commanded rollback: back to `bank`, keeping what is left behind as `valid`. */
export function switchTo(meta: BankMeta, bank: BankName): BankMeta {
  return commit(meta, bank);
}

/** After a start without a journal entry for it, a half-written bank belongs to nobody. */
export function disown(meta: BankMeta): BankMeta {
  const spare = otherBank(meta.active);
  return isTouched(meta, spare) ? { ...restate(meta, spare, 'bad'), trial: null } : meta;
}

function restate(
  meta: BankMeta,
  bank: BankName,
  state: Exclude<BankRecord['state'], 'empty'>,
): BankMeta {
  const software = softwareIn(meta, bank);
  return software === null ? meta : put(meta, bank, { state, software });
}

function put(meta: BankMeta, bank: BankName, record: BankRecord): BankMeta {
  return { ...meta, banks: { ...meta.banks, [bank]: record } };
}
