import { join } from 'node:path';
import type { Files } from '#core/dcu';
import { chosen, type Armed, type Book, type FaultOf } from './book.ts';
import { ecuFolder, type BankName } from './places.ts';

/** The record of an ECU's banks, as far as damage is aimed by it. */
type Record = {
  readonly active: BankName;
  readonly states: Readonly<{ A: string; B: string }>;
  /** Of an ECU with one bank: what lies behind it is a copy, not a bank. */
  readonly copy: string | null;
};

/** States in which a bank holds an image that nobody is writing. */
const HOLDS_IMAGE: ReadonlySet<string> = new Set(['active', 'valid', 'written', 'pending', 'bad']);

/**
 * Damage to what lies on an ECU's flash already: done on the files themselves, once there is
 * something to damage. Asked at power-on, as a fault is set, and as each state is entered, before
 * anything of that state is done.
 */
export async function damageAtRest(
  files: Files,
  dir: string,
  book: Book,
  state: string | null,
): Promise<void> {
  for (const armed of book.live('bitFlipAtRest')) {
    const due = armed.fault.when === 'now' || state === 'rebooting';
    if (due && (await flip(files, dir, armed))) book.strike(armed, 'spent');
  }
  for (const armed of book.live('missingPreviousImage')) {
    if (await loseOther(files, dir, armed)) book.strike(armed, 'spent');
  }
}

async function flip(
  files: Files,
  dir: string,
  armed: Armed<FaultOf<'bitFlipAtRest'>>,
): Promise<boolean> {
  const { ecuId, bank: which, atByte, bit } = armed.fault;
  const record = await recordOf(files, dir, ecuId);
  if (record === null) return false;
  const bank = which === 'active' ? record.active : other(record.active);
  if (!HOLDS_IMAGE.has(record.states[bank])) return false;
  const path = join(ecuFolder(dir, ecuId), fileOf(record, bank));
  const size = (await files.size(path)) ?? 0;
  if (size <= (atByte ?? 0)) return false;
  const at = chosen(armed, 'at', atByte, size);
  const file = await files.open(path, false);
  try {
    const byte = new Uint8Array(1);
    await file.read(byte, at);
    byte[0] = (byte[0] ?? 0) ^ (1 << chosen(armed, 'bit', bit, 8));
    await file.write(byte, at);
    await file.sync();
  } finally {
    await file.close();
  }
  return true;
}

async function loseOther(
  files: Files,
  dir: string,
  { fault }: Armed<FaultOf<'missingPreviousImage'>>,
): Promise<boolean> {
  const record = await recordOf(files, dir, fault.ecuId);
  if (record === null) return false;
  const bank = other(record.active);
  if (record.states[bank] !== 'valid') return false;
  await files.remove(join(ecuFolder(dir, fault.ecuId), fileOf(record, bank)));
  return true;
}

function fileOf({ copy }: Record, bank: BankName): string {
  return bank === 'B' && copy !== null ? copy : `bank-${bank}.bin`;
}

const other = (bank: BankName): BankName => (bank === 'A' ? 'B' : 'A');

/** Null before the ECU has left the factory, or when its record is damaged: nothing to aim at. */
async function recordOf(files: Files, dir: string, ecuId: string): Promise<Record | null> {
  const bytes = await files.read(join(ecuFolder(dir, ecuId), 'meta.json'));
  if (bytes === null) return null;
  try {
    const meta = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      active: BankName;
      banks: { A: { state: string }; B: { state: string } };
      backup?: { file: number } | null;
    };
    const { A, B } = meta.banks;
    const copy = meta.backup ? `backup-${meta.backup.file}.bin` : null;
    return { active: meta.active, states: { A: A.state, B: B.state }, copy };
  } catch {
    return null;
  }
}
