import { pointerOf } from './pointer.ts';
import type { Tree } from './tree.ts';

export type NumericMember = {
  /** JSON Pointer (RFC 6901); empty for the payload itself. */
  readonly path: string;
  /** The nearest double: good enough to plot. */
  readonly value: number;
  /** As the payload has it. */
  readonly text: string;
};

/** More lines than anybody plots, and a bound for hostile payloads. */
const MEMBERS_LIMIT = 1_000;
/** Deeper members are no measurements; their paths would be longer than the payload. */
const DEPTH_LIMIT = 32;

/** The numbers in a payload by their path, in order; of duplicate members the last counts. */
export function numericMembers(tree: Tree): NumericMember[] {
  const found = new Map<string, NumericMember>();
  const names: (string | number)[] = [];
  for (const { depth, name, kind, text } of tree.nodes) {
    if (depth > DEPTH_LIMIT) continue;
    names.length = depth;
    if (depth > 0) names[depth - 1] = name ?? '';
    if (kind !== 'number') continue;
    const value = Number(text);
    if (!Number.isFinite(value)) continue;
    const path = pointerOf(names);
    found.set(path, { path, value, text });
    if (found.size >= MEMBERS_LIMIT) break;
  }
  return [...found.values()];
}
