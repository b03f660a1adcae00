import { z } from 'zod';

/** [P1] What a number in signed content may be. */
export const Integer = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
export const Count = Integer.min(0);
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** RFC 3339 in UTC with a trailing Z, as `issuedAt`, `expires` and `createdAt` are written. */
export const Instant = z.iso.datetime();
export const Id = z.string().min(1).max(128);
