import { z } from 'zod';

/*
 * Between the process of the vehicles and that of broker and backend. Each is on its own, so that
 * the memory of one can be told from the other's, and so that they share the computer's cores.
 */

const Vin = z.string().max(64);

export const Open = z.object({
  type: z.literal('open'),
  workspace: z.string(),
  /** The workspace goes with the command. */
  temporary: z.boolean(),
  vault: z.enum(['keychain', 'session']),
  /** Null: the embedded broker, with a plain listener of this machine or, with certificates, TLS. */
  broker: z.object({ url: z.string(), caPem: z.string().nullable() }).nullable(),
  credentials: z.record(z.string(), z.string()).nullable(),
  certificates: z.boolean(),
  vins: z.array(Vin),
  /** From which the vehicles' passwords at the embedded broker follow; hex. */
  secret: z.string(),
  trustFiles: z.array(z.string()),
  transport: z.enum(['https', 'blocks']),
  algorithm: z.enum(['EdDSA', 'ES256']),
  policy: z.enum(['require', 'warn', 'off']),
  root: z.string().nullable(),
  /** Whether a backend publishes from here; without, it is broker and certificates only. */
  backend: z.boolean(),
});
export type Open = z.infer<typeof Open>;

const Update = z.object({
  type: z.literal('update'),
  vins: z.array(Vin),
  ecuId: z.string(),
  version: z.string(),
  file: z.string(),
  atOnce: z.number().int().min(1),
});

export const ToPlant = z.discriminatedUnion('type', [
  Open,
  z.object({ type: z.literal('certificates'), vins: z.array(Vin) }),
  Update,
  z.object({ type: z.literal('close') }),
]);
export type ToPlant = z.infer<typeof ToPlant>;

const Count = z.number().int().min(0);
export const Counts = z.object({
  published: Count,
  completed: Count,
  refused: Count,
  failed: Count,
  rolled_back: Count,
  cancelled: Count,
  silent: Count,
});
export type Counts = z.infer<typeof Counts>;

const Opened = z.object({
  type: z.literal('opened'),
  /** Where the vehicles connect. */
  url: z.string(),
  caPem: z.string(),
  apiUrl: z.string().nullable(),
  /** Public keys, as a trust file has them. */
  trust: z.string(),
});
export type Opened = z.infer<typeof Opened>;

const Issued = z.object({
  type: z.literal('issued'),
  ca: z.string(),
  pairs: z.array(z.object({ vin: Vin, cert: z.string(), key: z.string() })),
});
export type Issued = z.infer<typeof Issued>;

export const FromPlant = z.discriminatedUnion('type', [
  Opened,
  Issued,
  z.object({ type: z.literal('counted'), counts: Counts }),
  z.object({ type: z.literal('updated'), counts: Counts }),
  z.object({ type: z.literal('refused'), code: z.string(), reason: z.string(), next: z.string() }),
]);
export type FromPlant = z.infer<typeof FromPlant>;
