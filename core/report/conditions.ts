import type { ConditionsView, ReportCondition } from '#core/contract';
import type { NotedRelease } from './material.ts';

/** [D3] What each release asks for, beside what the vehicle's surroundings were at a moment. */
export function checkConditions(
  releases: readonly NotedRelease[],
  found: ConditionsView | null,
): ReportCondition[] {
  return releases.flatMap(({ ecuId, manifest }) => {
    const { minSupplyMillivolts, ignition, parked, minFreeBytes } = manifest.preconditions;
    const least = Math.max(minFreeBytes ?? 0, manifest.firmware.length);
    return [
      ...atLeast(ecuId, 'minSupplyMillivolts', minSupplyMillivolts, found?.supplyMillivolts),
      ...equal(ecuId, 'ignition', ignition, found?.ignition),
      ...equal(ecuId, 'parked', parked, found?.parked),
      // The image has to fit, whatever the release says.
      ...atLeast(ecuId, 'minFreeBytes', least, found?.freeBytes),
    ];
  });
}

type Name = ReportCondition['condition'];

function atLeast(
  ecuId: string,
  condition: Name,
  required: number | undefined,
  actual: number | undefined,
): ReportCondition[] {
  if (required === undefined) return [];
  const state = actual === undefined ? 'unknown' : actual >= required ? 'met' : 'unmet';
  return [{ ecuId, condition, required, actual: actual ?? null, state }];
}

function equal<T extends string | boolean>(
  ecuId: string,
  condition: Name,
  required: T | undefined,
  actual: T | undefined,
): ReportCondition[] {
  if (required === undefined) return [];
  const state = actual === undefined ? 'unknown' : actual === required ? 'met' : 'unmet';
  return [{ ecuId, condition, required, actual: actual ?? null, state }];
}
