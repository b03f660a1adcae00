import type { z } from 'zod';
import { Fault, FAULT_KINDS, type FaultParameter } from '#core/contract';
import { FaultError } from './errors.ts';
import { faultKinds } from './kinds.ts';

/** A fault as somebody typed it, and the vehicle it is meant for; null means every one. */
export type WrittenFault = { readonly vin: string | null; readonly fault: Fault };

const NEXT = 'write it as kind:parameter=value,… ; docs/FAULTS.md lists kinds and parameters';

/**
 * Reads `powerCut:byte=4096,offMs=2s`, or the JSON of a fault. A member inside another may be
 * named by its last word; sizes take KiB and MiB, times s, min, h and d; a value with a comma is
 * put in double quotes; `vin` names the vehicle.
 *
 * @throws FaultError FAULT_INVALID
 */
export function parseFault(text: string): WrittenFault {
  if (text.trimStart().startsWith('{')) return { vin: null, fault: checkFault(jsonOf(text)) };
  const colon = text.indexOf(':');
  const kind = (colon < 0 ? text : text.slice(0, colon)).trim();
  const known = faultKinds().find((each) => each.kind === kind);
  if (known === undefined) {
    throw invalid(
      `there is no kind of fault "${short(kind)}"; there are: ${FAULT_KINDS.join(', ')}`,
    );
  }
  const fault: Record<string, unknown> = { kind };
  let vin: string | null = null;
  for (const [name, value] of pairsOf(colon < 0 ? '' : text.slice(colon + 1))) {
    if (name === 'vin') {
      vin = value;
      continue;
    }
    const parameter = known.parameters.find(
      (each) => each.name === name || each.name.endsWith(`.${name}`),
    );
    if (parameter === undefined) {
      const names = known.parameters.map((each) => each.name).join(', ');
      throw invalid(`${kind} has no parameter "${short(name)}"; it has: ${names}, vin`);
    }
    put(fault, parameter.name, valueOf(parameter, value));
  }
  return { vin, fault: checkFault(fault) };
}

/**
 * A fault from outside.
 *
 * @throws FaultError FAULT_INVALID
 */
function checkFault(value: unknown): Fault {
  const read = Fault.safeParse(value);
  if (read.success) return read.data;
  throw invalid(read.error.issues.slice(0, 3).map(tell).join('; '));
}

function tell({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`this is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `a=1,b="x,y"` in pairs, each name once. */
function pairsOf(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const pieces = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  for (const piece of pieces) {
    const equals = piece.indexOf('=');
    const name = piece.slice(0, Math.max(0, equals)).trim();
    if (name === '') throw invalid(`"${short(piece)}" is no parameter=value`);
    if (pairs.has(name)) throw invalid(`${name} is given twice`);
    pairs.set(
      name,
      piece
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/s, '$1'),
    );
  }
  return pairs;
}

const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  bytes: { KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 },
  'bytes/s': { KiB: 1_024, MiB: 1_048_576 },
  ms: { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 },
  mV: { mV: 1, V: 1_000 },
};

function valueOf({ name, type, unit }: FaultParameter, text: string): unknown {
  switch (type.kind) {
    case 'integer': {
      const [, digits = '', suffix = ''] = /^(-?\d{1,15})\s*([A-Za-z]*)$/.exec(text) ?? [];
      const factor = suffix === '' ? 1 : UNITS[unit ?? '']?.[suffix];
      if (digits !== '' && factor !== undefined) return Number(digits) * factor;
      throw invalid(
        `${name}: "${short(text)}" is no whole number${unit === null ? '' : ` of ${unit}`}`,
      );
    }
    case 'flag':
      if (text === 'true') return true;
      throw invalid(`${name}: give true, or leave it out`);
    default:
      return text;
  }
}

function put(fault: Record<string, unknown>, name: string, value: unknown): void {
  const [outer = '', inner] = name.split('.');
  if (inner === undefined) {
    fault[outer] = value;
    return;
  }
  const before = fault[outer];
  fault[outer] = { ...(typeof before === 'object' ? before : {}), [inner]: value };
}

function short(text: string): string {
  return text.slice(0, 60);
}

function invalid(reason: string): FaultError {
  return new FaultError('FAULT_INVALID', reason, { next: NEXT });
}
