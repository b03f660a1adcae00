import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { rollbackProcedures } from './rollback.ts';
import { ConditionsView, frameOf, RefusalView, VehicleView } from './views.ts';

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** Also a file's name, without `.json`. */
const ProfileName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
/** Longest text of a profile, characters. */
const TEXT_LIMIT = 1_048_576;

/** A kind of vehicle that can be added: a file of `resources/ecus`, or of the workspace's `ecus`. */
export const ProfileView = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  /** One of the workspace goes before a built-in one of the same name. */
  origin: z.enum(['built-in', 'workspace']),
  ecus: z.array(
    z.object({
      ecuId: z.string(),
      name: z.string(),
      hardwareId: z.string(),
      layout: z.enum(['dual', 'single']),
      dependsOn: z.array(z.string()),
    }),
  ),
  /** To look at and to change. */
  text: z.string(),
  /** Why no vehicle can be made by it: file, line, column and path. */
  problem: RefusalView.nullable(),
});
export type ProfileView = z.infer<typeof ProfileView>;

export const vehiclesContract = {
  vehicles: {
    watch: base.output(eventIterator(frameOf(VehicleView))),
    ...rollbackProcedures,
    /** By title. */
    profiles: base.output(z.array(ProfileView)),
    /** Checked whole; kept in the workspace. Vehicles made by it take it up when they start next. */
    saveProfile: base
      .input(z.object({ name: ProfileName, text: z.string().max(TEXT_LIMIT) }))
      .output(ProfileView),
    /** A vehicle to simulate, remembered; it is there at once where the DCU role is on. */
    add: base.input(z.object({ vin: Vin, profile: ProfileName })).output(z.object({ vin: Vin })),
    /** Forgets a simulated vehicle with its folder: banks and journal are gone. */
    remove: base.input(z.object({ vin: Vin })).output(z.object({ removed: z.literal(true) })),
    /** Members left out stay as they are. Also an install under way feels it. */
    setConditions: base
      .input(z.object({ vin: Vin, conditions: ConditionsView.partial() }))
      .output(ConditionsView),
  },
};
