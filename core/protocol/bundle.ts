import { z } from 'zod';
import { Id, Instant, Sha256 } from './values.ts';

/** ECUs that one update may take; sixteen manifests and their bundle fit into 64 KiB [P2]. */
export const BUNDLE_LIMIT = 16;

/**
 * [D8] Releases that belong together, signed by a release key: none may be left out, exchanged or
 * added on the way. Each is named with the hash of its manifest's canonical text.
 */
export const Bundle = z.looseObject({
  bundleId: Id,
  releases: z
    .array(z.looseObject({ releaseId: Id, hardwareId: Id, sha256: Sha256 }))
    .min(1)
    .max(BUNDLE_LIMIT),
  createdAt: Instant,
  expires: Instant,
  signature: z.string().max(2_048).optional(),
  hmac: z.string().optional(),
});
export type Bundle = z.infer<typeof Bundle>;

/** What decides the order in which the ECUs of a bundle are updated. */
export type Orderable = {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly requires: readonly { readonly hardwareId: string }[];
  /** ECUs that must run before this one. */
  readonly dependsOn?: readonly string[];
};

/**
 * [D8] Whoever is required goes first; without a requirement the order given stays. `cycle` names
 * the ECUs that wait for each other.
 */
export function orderMembers<T extends Orderable>(
  members: readonly T[],
): { readonly order: readonly T[] } | { readonly cycle: readonly string[] } {
  const waiting = [...members];
  const order: T[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex((one) =>
      waiting.every((other) => other === one || !needs(one, other)),
    );
    const [next] = at < 0 ? [] : waiting.splice(at, 1);
    if (next === undefined) return { cycle: waiting.map(({ ecuId }) => ecuId) };
    order.push(next);
  }
  return { order };
}

function needs(one: Orderable, other: Orderable): boolean {
  return (
    one.requires.some(({ hardwareId }) => hardwareId === other.hardwareId) ||
    (one.dependsOn ?? []).includes(other.ecuId)
  );
}
