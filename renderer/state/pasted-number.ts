/**
 * A number with a fraction as people copy it, in either language: `10.9`, `10,9`, `10,9 V`. A field
 * of the one language drops the separator of the other, and makes 109 of it. Null for anything
 * else, which is left to the field.
 */
export function pastedFraction(text: string): number | null {
  const [, whole, fraction] = /^\s*(-?\d+)[.,](\d+)\s*\p{L}{0,4}\s*$/u.exec(text) ?? [];
  return whole === undefined || fraction === undefined ? null : Number(`${whole}.${fraction}`);
}
