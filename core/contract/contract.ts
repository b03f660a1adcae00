import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { connectionsContract } from './connections.ts';
import { diagnosticsContract } from './diagnostics.ts';
import { Composed, GroupDraft, ReleaseDraft } from './drafts.ts';
import { exchangeContract } from './exchange.ts';
import { faultsContract } from './faults.ts';
import { guidedContract } from './guided.ts';
import { labContract } from './lab.ts';
import { sampleContract } from './sample.ts';
import { reportsContract } from './reports.ts';
import { trafficContract } from './traffic.ts';
import { trustContract } from './trust.ts';
import { vehiclesContract } from './vehicles.ts';
import {
  ArtifactView,
  BenchView,
  frameOf,
  ReleaseView,
  RoleName,
  Settings,
  SigningAlgorithm,
  UpdateView,
} from './views.ts';

/** Largest chunk of `firmware.chunk`, bytes before base64. */
export const FIRMWARE_CHUNK_LIMIT = 1_048_576;
/** Largest firmware image accepted, bytes (4 GiB). */
export const FIRMWARE_SIZE_LIMIT = 4_294_967_296;

/** A client whose name carries + or # is refused by the broker; : would split a password file. */
const MqttUser = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^+#/:\p{Cc}]+$/u);
const Credential = z.object({ user: z.string(), password: z.string() });

export const benchContract = {
  bench: {
    watch: base.output(eventIterator(frameOf(BenchView))),
    /** Starts roles; those already on stay as they are. */
    start: base.input(z.object({ roles: z.array(RoleName).min(1) })).output(BenchView),
    stop: base.input(z.object({ roles: z.array(RoleName).min(1) })).output(BenchView),
  },
  demo: {
    /** Starts all roles as needed and publishes a signed demo update. Returns once it is published. */
    run: base.output(z.object({ updateId: z.string(), vin: z.string(), ecuId: z.string() })),
  },
  firmware: {
    /** Opens an upload. Chunks go in order; an unfinished upload leaves nothing behind. */
    begin: base
      .input(z.object({ name: z.string().min(1).max(255), size: z.number().int().min(0) }))
      .output(z.object({ uploadId: z.string() })),
    chunk: base
      .input(
        z.object({
          uploadId: z.string(),
          offset: z.number().int().min(0),
          /** At most FIRMWARE_CHUNK_LIMIT bytes, base64 with padding. */
          base64: z.string().max(Math.ceil(FIRMWARE_CHUNK_LIMIT / 3) * 4),
        }),
      )
      .output(z.object({ received: z.number().int() })),
    finish: base.input(z.object({ uploadId: z.string() })).output(ArtifactView),
    abort: base
      .input(z.object({ uploadId: z.string() }))
      .output(z.object({ aborted: z.boolean() })),
    /** Images in the store, newest first. */
    list: base.output(z.array(ArtifactView)),
  },
  releases: {
    list: base.output(z.array(ReleaseView)),
  },
  updates: {
    watch: base.output(eventIterator(frameOf(UpdateView))),
    /** Signs manifest and message and shows the exact bytes; nothing is published or stored. */
    compose: base
      .input(z.object({ draft: ReleaseDraft, algorithm: SigningAlgorithm.optional() }))
      .output(Composed),
    /** The same for several ECUs at once: a manifest for each and the signed bundle over them. */
    composeGroup: base
      .input(z.object({ draft: GroupDraft, algorithm: SigningAlgorithm.optional() }))
      .output(Composed),
    /** Publishes what `compose` or `composeGroup` showed. The same `composedId` publishes once. */
    publish: base
      .input(z.object({ composedId: z.string() }))
      .output(z.object({ updateId: z.string() })),
    cancel: base
      .input(z.object({ updateId: z.string() }))
      .output(z.object({ sent: z.literal(true) })),
    pause: base
      .input(z.object({ updateId: z.string() }))
      .output(z.object({ sent: z.literal(true) })),
    resume: base
      .input(z.object({ updateId: z.string() }))
      .output(z.object({ sent: z.literal(true) })),
  },
  ...vehiclesContract,
  settings: {
    get: base.output(Settings),
    /** Validated whole; refused while a role that it would change is running. */
    set: base.input(Settings).output(Settings),
    /** User names and passwords of the embedded broker, for an outside script. */
    credentials: base.output(z.array(Credential)),
    /**
     * A password for the embedded broker, or the one that an outside broker wants; null forgets it.
     * Into the vault, never into a file. A live session that the change shuts out is not cut.
     */
    setPassword: base
      .input(
        z.object({
          broker: z.enum(['own', 'outside']),
          user: MqttUser,
          password: z.string().min(1).max(1_024).nullable(),
        }),
      )
      .output(z.object({ user: z.string() })),
    /** Users whose password at the outside broker is known. */
    outsideUsers: base.output(z.array(z.string())),
  },
  ...trustContract,
  ...diagnosticsContract,
  ...trafficContract,
  ...exchangeContract,
  ...connectionsContract,
  ...faultsContract,
  ...labContract,
  ...sampleContract,
  ...guidedContract,
  ...reportsContract,
};
export type BenchContract = typeof benchContract;
