import { z } from 'zod';
import { Glance } from './glance.ts';

const Role = z.enum(['broker', 'backend', 'dcu']);

/** Main → core. A `client` message carries one port, which becomes one client of the bench. */
export const ToCore = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    workspace: z.string(),
    version: z.string(),
    /** Folder for the core's log. */
    logs: z.string(),
    /** What ran when the core before this one ended: it is started again. */
    roles: z.array(Role),
  }),
  z.object({ kind: z.literal('client') }),
  /** The computer has slept. */
  z.object({ kind: z.literal('wake') }),
  z.object({ kind: z.literal('close') }),
]);
export type ToCore = z.infer<typeof ToCore>;
export type StartCore = Extract<ToCore, { kind: 'start' }>;

/** Core → main. After `refused` the core waits for `close`. */
export const FromCore = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started') }),
  z.object({
    kind: z.literal('refused'),
    refusal: z.object({ code: z.string(), reason: z.string(), next: z.string() }),
  }),
  z.object({ kind: z.literal('glance'), glance: Glance }),
]);
export type FromCore = z.infer<typeof FromCore>;
