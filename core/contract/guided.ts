import { z } from 'zod';
import { base } from './base.ts';
import { RefusalView, ReleaseView } from './views.ts';

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** ECUs that one update may take. */
const ITEMS_LIMIT = 16;

/** A release, and the ECU it is for. */
export const GuidedItem = z.object({
  releaseId: z.string().min(1).max(128),
  ecuId: z.string().min(1).max(64),
});
export type GuidedItem = z.infer<typeof GuidedItem>;

const Items = z
  .array(GuidedItem)
  .max(ITEMS_LIMIT)
  .refine((items) => new Set(items.map(({ ecuId }) => ecuId)).size === items.length, {
    error: 'two releases are for one ECU',
  });

/** A release of the catalogue, as the gatekeeper's rules judge it for one ECU of a vehicle. */
export const FitView = z.object({
  release: ReleaseView,
  /** Null where no ECU of the vehicle has its hardware. */
  ecuId: z.string().nullable(),
  ecuName: z.string(),
  /** Runs there now; null when the ECU never said. */
  installedVersion: z.string().nullable(),
  /** `same`: this very image runs already. */
  relation: z.enum(['newer', 'same', 'older', 'unknown']),
  /** Null when it fits; else the first rule that does not hold, and why. */
  refusal: RefusalView.nullable(),
  /** The rule of the refusal, `G3` to `G8`. */
  rule: z.string().nullable(),
  /** Mean of what such updates of this ECU took, ms; null without any. */
  usualMs: z.number().nullable(),
});
export type FitView = z.infer<typeof FitView>;

/** One line of the list that is gone through before an update. */
export const GuidedCheck = z.object({
  check: z.enum([
    'broker',
    'backend',
    'online',
    'idle',
    'release',
    'supply',
    'temperature',
    'ignition',
    'parked',
    'space',
  ]),
  /** `unknown`: the vehicle alone knows, and looks itself before its first write. */
  state: z.enum(['met', 'unmet', 'unknown']),
  /** Measured now: mV, °C, bytes; or whether it is so. */
  has: z.union([z.number(), z.boolean(), z.string()]).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** What is asked for where nothing is measured. */
  wants: z.union([z.boolean(), z.string()]).nullable(),
  refusal: RefusalView.nullable(),
  /** The update that is in the way. */
  updateId: z.string().nullable(),
});
export type GuidedCheck = z.infer<typeof GuidedCheck>;

export const guidedContract = {
  guided: {
    /**
     * Every release of the catalogue for this vehicle, with what was chosen already counted as
     * there [D8]. Judged by the gatekeeper's own rules; nothing is sent.
     */
    plan: base
      .input(z.object({ vin: Vin, chosen: Items.default([]) }))
      .output(z.object({ vin: z.string(), fits: z.array(FitView) })),
    /** What must hold before it is started, now. */
    check: base
      .input(z.object({ vin: Vin, items: Items.min(1) }))
      .output(z.object({ checks: z.array(GuidedCheck) })),
    /**
     * Checks once more and publishes. The same `startId` starts once, whatever happened between.
     * Refused by the first check that does not hold, or by the rule that the release breaks.
     */
    start: base
      .input(z.object({ startId: z.uuid(), vin: Vin, items: Items.min(1) }))
      .output(z.object({ updateId: z.string() })),
    /** Releases to try it with, made for the demo vehicle: some fit, each other has its reason. */
    addSamples: base.output(z.object({ added: z.number().int() })),
  },
};
