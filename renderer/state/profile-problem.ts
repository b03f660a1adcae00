/** Where a profile is wrong: counted from 1. */
export type ProblemPlace = { line: number; column: number };

/** Out of `my-car.json:12:5 …`; null where the reason names no place. */
export function placeOf(reason: string): ProblemPlace | null {
  const found = /\.json:(\d+):(\d+)/.exec(reason);
  if (!found) return null;
  return { line: Number(found[1]), column: Number(found[2]) };
}
