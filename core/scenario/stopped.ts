import { type StoppedBy } from './result.ts';
import { type Attack } from './schema.ts';
import { type SeenRefusal } from './stage.ts';

/** Which of the checks that an attack names did stop it, and which were not seen to. */
export function stoppedBy(
  attack: Attack | undefined,
  refusals: readonly SeenRefusal[],
): { seen: StoppedBy[]; missing: Attack['stoppedBy'] } {
  const seen: StoppedBy[] = [];
  const missing: Attack['stoppedBy'] = [];
  for (const wanted of attack?.stoppedBy ?? []) {
    const found = refusals.find(
      ({ code, by }) => code === wanted.code && (wanted.by === undefined || by === wanted.by),
    );
    if (!found) missing.push(wanted);
    else {
      const { by, code, reason } = found;
      seen.push({ by, code, reason, rule: wanted.rule ?? null });
    }
  }
  return { seen, missing };
}
