import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { frameOf } from './views.ts';

/** Vehicles, releases and updates to look around with; they can be taken away again. */
export const SampleView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  /** `note`: which part of it is being made, or taken away. */
  z.object({
    kind: z.enum(['loading', 'removing']),
    note: z.enum(['roles', 'vehicles', 'releases', 'update', 'rollback', 'traffic']),
  }),
  z.object({
    kind: z.literal('loaded'),
    vins: z.array(z.string()),
    releases: z.number().int(),
    /** Not all of it came about. */
    incomplete: z.boolean(),
  }),
]);
export type SampleView = z.infer<typeof SampleView>;

export const sampleContract = {
  sample: {
    watch: base.output(eventIterator(frameOf(SampleView))),
    /**
     * Adds vehicles and signed releases, runs an update and a rollback on them, and resolves when
     * all of that is done. Where it is there already, nothing is done.
     */
    load: base.output(SampleView),
    /** Takes exactly that away; `traffic` says whether the capture held anything else, and stays. */
    remove: base.output(z.object({ traffic: z.enum(['cleared', 'kept']) })),
  },
};
