import { softwareIn, type Software } from './bank-meta.ts';
import type { EcuBanks } from './banks.ts';
import { refuse } from './errors.ts';
import { copyOut, lengthIn, program, type Tools } from './flash.ts';
import {
  beginInPlace,
  beginRestore,
  isSingle,
  lost,
  moved,
  restored,
  settle,
  spareFile,
  swapped,
} from './single-meta.ts';

/*
 * An ECU with one bank is written in place. Before the first byte changes, what it runs is copied
 * to a file of the ECU and read back; whatever goes wrong later, that copy brings it back.
 */

type SingleMeta = Parameters<typeof beginInPlace>[0];

/**
 * Copies what A holds and puts the record to `writing`. An ECU whose bank is bad already has
 * nothing to keep, and may be written to as it is.
 *
 * @throws DcuError WRITE_INTERRUPTED when A was being written before; BACKUP_FAILED, A untouched
 */
export async function backUp(tools: Tools, ecu: EcuBanks, next: Software): Promise<void> {
  const meta = metaOf(ecu);
  const running = meta.banks.A;
  if (running.state === 'active') {
    await copyRunning(tools, ecu, meta, running.software);
  } else if (running.state !== 'bad' && running.state !== 'empty') {
    throw refuse(
      'WRITE_INTERRUPTED',
      `the power went while the one bank of ${ecu.profile.ecuId} was written`,
    );
  }
  await ecu.change(beginInPlace(meta, next));
}

async function copyRunning(
  tools: Tools,
  ecu: EcuBanks,
  meta: SingleMeta,
  software: Software,
): Promise<void> {
  const target = ecu.backupPath(spareFile(meta));
  await copyOut(tools, ecu, 'A', target);
  const found = await ecu.hashFile(target, tools.signal);
  if (found.sha256 === software.sha256 && found.length === software.length) return;
  throw refuse(
    'BACKUP_FAILED',
    `the copy of bank A reads back ${found.length} bytes with hash ${found.sha256}, not ${software.sha256}`,
  );
}

/**
 * Brings the copy back after an update that failed, was cancelled or lost its power, or after a
 * rollback whose image did not prove itself. Does nothing when A was not touched, and may be cut
 * short and done again.
 *
 * @param left see `restored`
 * @throws DcuError PREVIOUS_BANK_DAMAGED when there is no whole copy: A is `bad` then
 */
export async function restore(tools: Tools, ecu: EcuBanks, left: 'valid' | 'bad'): Promise<void> {
  const meta = metaOf(ecu);
  const swappedAlready = meta.backup.kept !== null && left === 'bad';
  if (meta.banks.A.state === 'active' && !swappedAlready) return;
  if (swappedAlready && meta.banks.A.state === 'active' && meta.banks.B.state === 'empty') {
    // What A held was damaged already. The copy runs, whole, and there is nothing else to run.
    await ecu.change(settle(meta));
    throw refuse(
      'PREVIOUS_BANK_DAMAGED',
      `what ${ecu.profile.ecuId} ran before the rollback was damaged; it keeps what it was given`,
    );
  }
  await bringBack(tools, ecu, (now) => restored(now, left));
}

async function bringBack(
  tools: Tools,
  ecu: EcuBanks,
  after: (meta: SingleMeta) => ReturnType<typeof restored>,
): Promise<void> {
  const meta = metaOf(ecu);
  const copy = softwareIn(meta, 'B');
  if (meta.banks.B.state !== 'valid' || copy === null || !(await ecu.isWhole('B', tools.signal))) {
    await ecu.change(lost(meta));
    throw refuse(
      'PREVIOUS_BANK_DAMAGED',
      `${ecu.profile.ecuId} has no whole copy of what it ran before`,
    );
  }
  const erased = lengthIn(ecu, 'A');
  await ecu.change(beginRestore(meta, copy));
  await program(tools, ecu, { bank: 'A', source: ecu.bankPath('B'), software: copy, erased });
  await ecu.change(after(metaOf(ecu)));
}

/**
 * [D7] A commanded rollback: A gets the copy, and what A held becomes the copy. May be cut short
 * and done again.
 */
export async function swap(tools: Tools, ecu: EcuBanks): Promise<void> {
  let meta = metaOf(ecu);
  if (meta.backup.kept === null) {
    const running = softwareIn(meta, 'A');
    const older = softwareIn(meta, 'B');
    if (running === null || older === null) {
      throw refuse('NO_VALID_BANK', `${ecu.profile.ecuId} has no copy to return to`);
    }
    // What is damaged is not worth keeping, and must not keep the ECU from going back.
    if (meta.banks.A.state !== 'active' || !(await ecu.isWhole('A', tools.signal))) {
      await bringBack(tools, ecu, moved);
      return;
    }
    await copyRunning(tools, ecu, meta, running);
    await ecu.change(beginInPlace(meta, older));
    meta = metaOf(ecu);
  } else if (meta.banks.A.state === 'active') {
    return;
  }
  const { kept } = meta.backup;
  const software = softwareIn(meta, 'A');
  if (kept === null || software === null) return;
  const source = ecu.backupPath(kept.file);
  const erased = lengthIn(ecu, 'B');
  await program(tools, ecu, { bank: 'A', source, software, erased });
  await ecu.change(swapped(metaOf(ecu)));
}

/** A start without a job in the journal: a bank in pieces gets its copy back. */
export async function repair(tools: Tools, ecu: EcuBanks): Promise<void> {
  const meta = ecu.meta();
  if (!isSingle(meta)) return;
  const { state } = meta.banks.A;
  if (state === 'writing' || state === 'written' || state === 'pending') {
    await restore(tools, ecu, 'valid');
  }
  await ecu.change(settle(ecu.meta()));
}

function metaOf(ecu: EcuBanks): SingleMeta {
  const meta = ecu.meta();
  if (!isSingle(meta)) throw refuse('META_CORRUPT', `${ecu.profile.ecuId} has two banks`);
  return meta;
}
