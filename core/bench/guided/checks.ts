import { type GuidedCheck, type RefusalView, type UpdateView } from '#core/contract';
import { type ConditionCheck, conditionChecks, type DcuProfile, limitsOf } from '#core/dcu';
import { type Refusal } from '#core/ports';
import { type ReleaseManifest } from '#core/protocol';

/** A release with the ECU it is for. */
export type Chosen = { readonly ecuId: string; readonly manifest: ReleaseManifest };

/** Asked for and never measured: what holds, or why not. */
export function plainCheck(
  check: GuidedCheck['check'],
  refusal: Refusal | null,
  more: Partial<GuidedCheck> = {},
): GuidedCheck {
  return {
    ...{ check, state: refusal === null ? 'met' : 'unmet', refusal: viewOf(refusal) },
    ...{ has: null, min: null, max: null, wants: null, updateId: null },
    ...more,
  };
}

const CONDITIONS = ['supply', 'temperature', 'ignition', 'parked', 'space'] as const;

/**
 * [D3] As the vehicle itself will look at them, over all that is chosen: of each condition the
 * strictest demand, and the first that does not hold. Nothing is known of a vehicle that is not
 * simulated here; it looks itself before its first write.
 */
export function conditionsOf(chosen: readonly Chosen[], vehicle: DcuProfile | null): GuidedCheck[] {
  if (vehicle === null) return CONDITIONS.flatMap((check) => demandOf(check, chosen));
  const free = vehicle.conditions.freeBytes;
  const all = chosen.reduce((sum, { manifest }) => sum + manifest.firmware.length, 0);
  const checks = chosen.flatMap(({ ecuId, manifest }) => {
    const ecu = vehicle.ecus.find((one) => one.ecuId === ecuId);
    if (ecu === undefined) return [];
    // The images of the others take their space as well.
    const left = free - (all - manifest.firmware.length);
    return conditionChecks(manifest, limitsOf(vehicle, ecu), vehicle.conditions, left);
  });
  return CONDITIONS.flatMap((condition) => {
    const ofIt = checks.filter((each) => each.condition === condition);
    const [first] = ofIt;
    if (first === undefined || !ofIt.some(isAsked)) return [];
    const refusal = ofIt.find((each) => each.refusal !== null)?.refusal ?? null;
    return [
      plainCheck(condition, refusal, {
        has: condition === 'space' ? free : first.has,
        min: condition === 'space' ? all : bound(ofIt, 'min', Math.max),
        max: bound(ofIt, 'max', Math.min),
        wants: ofIt.find(({ wants }) => wants !== null)?.wants ?? null,
      }),
    ];
  });
}

/** The first update that the vehicle is busy with. */
export function busyWith(
  vin: string,
  jobId: string | null,
  updates: readonly UpdateView[],
  now: number,
): string | null {
  if (jobId !== null) return jobId;
  const open = updates.filter((each) => each.vin === vin && !ENDED.has(each.stage));
  const taken = open.find(
    // What nobody took up by now, nobody will: it must not be in the way for a day.
    ({ stage, createdAt }) => !UNTAKEN.has(stage) || now - createdAt < UNTAKEN_MS,
  );
  return taken?.updateId ?? null;
}

const ENDED: ReadonlySet<string> = new Set([
  'completed',
  'refused',
  'failed',
  'cancelled',
  'rolled_back',
]);
const UNTAKEN: ReadonlySet<string> = new Set(['queued', 'issued', 'available']);
/** A vehicle that is there takes an offer up within seconds. */
const UNTAKEN_MS = 60_000;

function isAsked({ min, max, wants }: ConditionCheck): boolean {
  return min !== null || max !== null || wants !== null;
}

function bound(
  checks: readonly ConditionCheck[],
  side: 'min' | 'max',
  strictest: (...values: number[]) => number,
): number | null {
  const values = checks.flatMap((each) => each[side] ?? []);
  return values.length === 0 ? null : strictest(...values);
}

/** What the releases ask for, of a vehicle whose state is its own. */
function demandOf(check: (typeof CONDITIONS)[number], chosen: readonly Chosen[]): GuidedCheck[] {
  const asked = chosen.map(({ manifest }) => manifest.preconditions);
  const unknown = (more: Partial<GuidedCheck>): GuidedCheck[] => [
    plainCheck(check, null, { state: 'unknown', ...more }),
  ];
  switch (check) {
    case 'supply': {
      const least = asked.flatMap(({ minSupplyMillivolts }) => minSupplyMillivolts ?? []);
      return least.length === 0 ? [] : unknown({ min: Math.max(...least) });
    }
    case 'temperature':
      return [];
    case 'ignition': {
      const wants = asked.find(({ ignition }) => ignition !== undefined)?.ignition;
      return wants === undefined ? [] : unknown({ wants });
    }
    case 'parked': {
      const wants = asked.find(({ parked }) => parked !== undefined)?.parked;
      return wants === undefined ? [] : unknown({ wants });
    }
    case 'space':
      return unknown({
        min: chosen.reduce(
          (sum, { manifest }) =>
            sum + Math.max(manifest.preconditions.minFreeBytes ?? 0, manifest.firmware.length),
          0,
        ),
      });
  }
}

function viewOf(refusal: Refusal | null): RefusalView | null {
  if (refusal === null) return null;
  const { code, reason, next } = refusal;
  return { code, reason, next };
}
