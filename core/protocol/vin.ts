import { ProtocolError } from './errors.ts';

/** One topic level that no filter or ACL placeholder can be confused with. */
const VIN = /^[A-Za-z0-9_-]{1,64}$/;

/** ISO 3779: seventeen characters, digits and capitals without I, O and Q. */
const ISO_LENGTH = 17;
const NOT_ISO = /[^0-9A-HJ-NPR-Z]/gu;
/** Counting from 0: the ninth character, where North America puts the check digit. */
const CHECK_POSITION = 8;
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** Letter values of 49 CFR 565.15, each below its letter. */
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const LETTER_VALUES = '12345678123457923456789';

/**
 * A vehicle's name as one topic level. A bench may use any; ISO 3779 is only advice.
 * @throws ProtocolError VIN_SYNTAX
 */
export function parseVin(text: string): string {
  if (VIN.test(text)) return text;
  throw new ProtocolError('VIN_SYNTAX', `${JSON.stringify(text.slice(0, 80))} names no vehicle`, {
    next: 'Use 1 to 64 letters, digits, "_" or "-".',
  });
}

/** What ISO 3779 and the North American check digit say about a VIN; empty when all is well. */
export function adviseVin(vin: string): string[] {
  const advice: string[] = [];
  if (vin.length !== ISO_LENGTH) {
    advice.push(
      `A road vehicle's VIN has ${String(ISO_LENGTH)} characters, this has ${String(vin.length)}.`,
    );
  }
  const foreign = [...new Set(vin.match(NOT_ISO))];
  if (foreign.length > 0) {
    advice.push(
      `ISO 3779 uses digits and capital letters without I, O and Q; found ${foreign.join(' ')}.`,
    );
  }
  if (advice.length > 0) return advice;
  const expected = checkDigit(vin);
  const found = vin.charAt(CHECK_POSITION);
  if (found !== expected) {
    advice.push(
      `The check digit (9th character) would be ${expected}, found ${found}. It is mandatory in North America only.`,
    );
  }
  return advice;
}

function checkDigit(vin: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * valueOf(vin.charAt(i)), 0);
  const rest = sum % 11;
  return rest === 10 ? 'X' : String(rest);
}

function valueOf(character: string): number {
  const letter = LETTERS.indexOf(character);
  return Number(letter === -1 ? character : LETTER_VALUES.charAt(letter));
}
