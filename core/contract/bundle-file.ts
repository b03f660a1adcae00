import { z } from 'zod';

const Counter = z.number().int().min(0);

/** A file that says what is updated together: docs/PROTOCOL.md, “Bundles”. */
export const BundleFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.string().min(1).max(64),
  description: z.string().max(2_000).default(''),
  members: z
    .array(
      z.strictObject({
        ecu: z.string().min(1).max(64),
        /** Relative to the file. */
        firmware: z.string().min(1),
        version: z.string().min(1).max(64),
        releaseCounter: Counter.optional(),
        requires: z
          .array(
            z.strictObject({
              hardwareId: z.string().min(1).max(128),
              minReleaseCounter: Counter,
            }),
          )
          .optional(),
      }),
    )
    .min(1)
    .max(16),
});
export type BundleFile = z.infer<typeof BundleFile>;

/** How a bundle file is called inside of an `.otabundle`, a zip of it and its firmware. */
export const BUNDLE_ENTRY = 'bundle.json';
