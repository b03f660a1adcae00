import { z } from 'zod';
import { ApiError } from './problem.ts';

const Text = z.string().min(1).max(2_000);
/** As scripts send it: `1` or `"brake"`. */
const EcuId = z.union([z.string().min(1).max(64), z.number().int()]);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const VehicleId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const FailureNotice = z.looseObject({
  vehicle_id: VehicleId,
  ecu_id: EcuId,
  failure_reason: Text,
  timestamp: z.iso.datetime({ offset: true }),
});

export const RollbackNotice = z.looseObject({
  vehicle_id: VehicleId,
  ecu_id: EcuId,
  status: Text,
});

/** [D2] What the vehicle was offered. What is given must agree; at least one must be. */
export const VerifyQuestion = z
  .looseObject({
    vin: VehicleId.optional(),
    releaseId: z.string().min(1).max(128).optional(),
    /** SHA-256 of the manifest's canonical text, without its signature. */
    manifestSha256: Sha256.optional(),
    /** SHA-256 of the image. */
    sha256: Sha256.optional(),
    length: z.number().int().min(0).optional(),
  })
  .refine(
    ({ releaseId, manifestSha256, sha256 }) =>
      (releaseId ?? manifestSha256 ?? sha256) !== undefined,
    'give releaseId, manifestSha256 or sha256',
  );
export type VerifyQuestion = z.infer<typeof VerifyQuestion>;

export const VerifyAnswer = z.object({
  verified: z.boolean(),
  reason: z.object({ code: z.string(), detail: z.string() }).optional(),
});
export type VerifyAnswer = z.infer<typeof VerifyAnswer>;

export const Stored = z.object({ stored: z.literal(true), id: z.number().int() });

export const ArtifactParams = z.object({ sha256: Sha256 });
export const ReleaseParams = z.object({ releaseId: z.string().min(1).max(128) });
export const UpdateParams = z.object({ updateId: z.string().min(1).max(128) });

/** The parsed value, or a 400 that names the member. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  throw new ApiError(
    400,
    'SCHEMA',
    `${path === '' ? '' : `${path}: `}${issue?.message ?? 'not as described'}`,
    'Send what /openapi.json describes for this address.',
  );
}

/** For the OpenAPI document; the check itself is `parse`. */
export function described(schema: z.ZodType): Record<string, unknown> {
  const json = z.toJSONSchema(schema, { io: 'input' });
  // The document as a whole says which draft it follows.
  return Object.fromEntries(Object.entries(json).filter(([name]) => name !== '$schema'));
}
