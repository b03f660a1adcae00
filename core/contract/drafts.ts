import { z } from 'zod';

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const EcuId = z.string().min(1).max(64);
const Counter = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Lifetime = z.number().int().min(10).max(31_536_000);

/** What a person fills in on Compose. */
export const ReleaseDraft = z.object({
  artifactSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** File name shown in the manifest; no path separators. */
  artifactName: z.string().min(1).max(255),
  version: z.string().min(1).max(64),
  description: z.string().max(2_000),
  vin: Vin,
  ecuId: z.string().min(1).max(64),
  /** Left out: one above the ECU's installed counter. */
  releaseCounter: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** Lifetime of the message, seconds. */
  expiresInSeconds: z.number().int().min(10).max(31_536_000).default(86_400),
});
export type ReleaseDraft = z.input<typeof ReleaseDraft>;

/** [D8] Several ECUs of a vehicle, updated as one. */
export const GroupDraft = z.object({
  vin: Vin,
  /** Of the whole, for people: `2026.11`. */
  version: z.string().min(1).max(64),
  description: z.string().max(2_000),
  members: z
    .array(
      z.object({
        ecuId: EcuId,
        artifactSha256: z.string().regex(/^[0-9a-f]{64}$/),
        artifactName: z.string().min(1).max(255),
        version: z.string().min(1).max(64),
        /** Left out: one above the ECU's installed counter. */
        releaseCounter: Counter.optional(),
        /** What must be there first; of the bundle or installed. Decides the order. */
        requires: z
          .array(z.object({ hardwareId: z.string().min(1).max(128), minReleaseCounter: Counter }))
          .max(64)
          .default([]),
      }),
    )
    .min(1)
    .max(16)
    .refine((members) => new Set(members.map(({ ecuId }) => ecuId)).size === members.length, {
      error: 'two members are for one ECU',
    }),
  /** Lifetime of the message, seconds. */
  expiresInSeconds: Lifetime.default(86_400),
});
export type GroupDraft = z.input<typeof GroupDraft>;

/** The exact bytes that would be published, before anybody commits to them. */
export const Composed = z.object({
  topic: z.string(),
  qos: z.literal(1),
  /** The JSON text, byte for byte as it will be published. */
  payload: z.string(),
  /** Token that publishes exactly these bytes, once. */
  composedId: z.string(),
  /** Of a bundle: its id. */
  releaseId: z.string(),
  updateId: z.string(),
});
export type Composed = z.infer<typeof Composed>;
