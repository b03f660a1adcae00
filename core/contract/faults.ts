import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { Fault, FaultKindView, FaultView } from './fault-views.ts';
import { frameOf } from './views.ts';

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** What goes wrong on purpose in the bench's own vehicles. Nothing of it outlives the process. */
export const faultsContract = {
  faults: {
    /** At work, or armed, when it returns. Refused for a vehicle that the bench does not simulate. */
    set: base
      .input(z.strictObject({ vin: Vin, fault: Fault }))
      .output(z.object({ faultId: z.string() })),
    /** One of them, or all of the vehicle's. What they have damaged stays damaged. */
    clear: base
      .input(z.strictObject({ vin: Vin, faultId: z.string().min(1).max(100).optional() }))
      .output(z.object({ cleared: z.number().int() })),
    watch: base.output(eventIterator(frameOf(FaultView))),
    /** For forms. */
    kinds: base.output(z.array(FaultKindView)),
  },
};
