/** What a typed or scanned text says about a VIN. */
export type VinAdvice =
  | { kind: 'length'; characters: number }
  | { kind: 'letters'; found: string }
  | { kind: 'checkDigit'; expected: string; found: string };

export type ReadVin =
  | { kind: 'empty' }
  /** No vehicle can be called so: it is one level of a topic. */
  | { kind: 'impossible'; vin: string; found: string }
  | { kind: 'vin'; vin: string; advice: readonly VinAdvice[] };

/** ISO 3779: seventeen characters, digits and capitals without I, O and Q. */
const ISO_LENGTH = 17;
/** Longest name of a vehicle. */
const LONGEST = 64;
/** Counting from 0, where North America puts the check digit. */
const CHECK_POSITION = 8;
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** Letter values of 49 CFR 565.15, each below its letter. */
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const LETTER_VALUES = '12345678123457923456789';

/**
 * Reads what a person typed or a scanner sent. Code 39 labels come with `*` at both ends, and some
 * makers put an `I` before the seventeen characters; neither belongs to the VIN.
 *
 * @param known names of vehicles that are there: one of them is meant whatever its case
 */
export function readVin(text: string, known: readonly string[] = []): ReadVin {
  const bare = text.replaceAll(/\s/g, '').replace(/^\*+/, '').replace(/\*+$/, '');
  if (bare === '') return { kind: 'empty' };
  const same = knownAs(bare, known);
  if (same !== undefined) return { kind: 'vin', vin: same, advice: adviceFor(same) };
  const capital = bare.toUpperCase();
  const labelled = capital.length === ISO_LENGTH + 1 && capital.startsWith('I');
  const vin = labelled ? capital.slice(1) : capital.length === ISO_LENGTH ? capital : bare;
  const strange = [...new Set(vin.match(/[^A-Za-z0-9_-]/gu))].join(' ');
  if (strange !== '' || vin.length > LONGEST) return { kind: 'impossible', vin, found: strange };
  return { kind: 'vin', vin, advice: adviceFor(vin) };
}

/** The vehicle of that name, whatever its case. */
export function knownAs(text: string, known: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  return known.find((vin) => vin.toLowerCase() === lower);
}

/** ISO 3779 and the North American check digit; empty when all is well. Never more than advice. */
export function adviceFor(vin: string): VinAdvice[] {
  const advice: VinAdvice[] = [];
  if (vin.length !== ISO_LENGTH) advice.push({ kind: 'length', characters: vin.length });
  const foreign = [...new Set(vin.match(/[^0-9A-HJ-NPR-Z]/gu))].join(' ');
  if (foreign !== '') advice.push({ kind: 'letters', found: foreign });
  if (advice.length > 0) return advice;
  const expected = checkDigit(vin);
  const found = vin.charAt(CHECK_POSITION);
  return found === expected ? [] : [{ kind: 'checkDigit', expected, found }];
}

function checkDigit(vin: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * valueOf(vin.charAt(at)), 0);
  const rest = sum % 11;
  return rest === 10 ? 'X' : String(rest);
}

function valueOf(character: string): number {
  const letter = LETTERS.indexOf(character);
  return Number(letter === -1 ? character : LETTER_VALUES.charAt(letter));
}
