import { z } from 'zod';
import { Listeners, SubscriptionMode } from './listener-views.ts';

/** A refusal as shown to a person: code, reason and next step. */
export const RefusalView = z.object({
  code: z.string(),
  reason: z.string(),
  next: z.string(),
});
export type RefusalView = z.infer<typeof RefusalView>;

export const RoleName = z.enum(['backend', 'broker', 'dcu']);
export type RoleName = z.infer<typeof RoleName>;

export const RoleState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('off') }),
  z.object({ kind: z.literal('starting') }),
  z.object({ kind: z.literal('on'), since: z.number(), detail: z.string() }),
  z.object({ kind: z.literal('failed'), refusal: RefusalView }),
  z.object({ kind: z.literal('stopping') }),
]);
export type RoleState = z.infer<typeof RoleState>;

/** One connection of a role to the broker, as the pipeline draws it. */
export const LinkView = z.object({
  /** `backend`, `gatekeeper`, or a vehicle's VIN. */
  who: z.string(),
  state: z.enum(['idle', 'connecting', 'up', 'lost', 'closed']),
  /** Why it is not up, when it is not. */
  refusal: RefusalView.optional(),
});
export type LinkView = z.infer<typeof LinkView>;

export const Endpoint = z.object({
  role: RoleName,
  /** What it is, in words: `MQTT`, `MQTT over TLS`, `Backend API`. */
  label: z.string(),
  url: z.string(),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** [S4] what happens to a message whose signature is missing or wrong. */
export const SignaturePolicy = z.enum(['require', 'warn', 'off']);
export type SignaturePolicy = z.infer<typeof SignaturePolicy>;

export const SigningAlgorithm = z.enum(['EdDSA', 'ES256', 'HS256', 'hmac']);
export type SigningAlgorithm = z.infer<typeof SigningAlgorithm>;

/** How the DCU gets the image: HTTPS with Range, or MQTT blocks. */
export const Transport = z.enum(['https', 'blocks']);
export type Transport = z.infer<typeof Transport>;

/** What leaves the capture by itself: the oldest messages, when there is too much or they are too old. */
export const CaptureRetention = z.object({
  /** Of the capture's file. 16 MiB to 1 TiB. */
  bytes: z.number().int().min(16_777_216).max(1_099_511_627_776),
  ageDays: z.number().int().min(1).max(3_650),
});
export type CaptureRetention = z.infer<typeof CaptureRetention>;

export const Settings = z.object({
  /** Topic root, without a trailing slash. */
  topicRoot: z.string(),
  /** Of the embedded broker. At least one is on. */
  listeners: Listeners,
  subscriptions: SubscriptionMode,
  /** Port of the backend HTTPS API; 0 = any free one. */
  backendPort: z.number().int().min(0).max(65_535),
  /** Outside broker (`mqtts://host:port`), or null for the embedded one. */
  externalBroker: z
    .object({
      url: z.string(),
      /** Its CA, PEM; null: the bench CA and the well-known ones. */
      caPem: z.string().max(65_536).nullable(),
    })
    .nullable(),
  algorithm: SigningAlgorithm,
  transport: Transport,
  /** Policy of each verifier. */
  policies: z.object({
    gatekeeper: SignaturePolicy,
    dcu: SignaturePolicy,
    backend: SignaturePolicy,
  }),
  capture: CaptureRetention,
});
export type Settings = z.infer<typeof Settings>;

/** The whole bench at a glance. Small; always sent whole. */
export const BenchView = z.object({
  version: z.string(),
  /** Folder of the workspace, for display. */
  workspace: z.string(),
  vault: z.enum(['session', 'keychain']),
  /** Why secrets stay in memory only, when a keychain was wanted. */
  vaultRefusal: RefusalView.optional(),
  host: z.enum(['electron', 'headless']),
  roles: z.object({ backend: RoleState, broker: RoleState, dcu: RoleState }),
  links: z.array(LinkView),
  endpoints: z.array(Endpoint),
  settings: Settings,
  demo: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('idle') }),
    z.object({ kind: z.literal('running'), note: z.string(), updateId: z.string().optional() }),
    z.object({ kind: z.literal('done'), updateId: z.string() }),
    z.object({ kind: z.literal('failed'), refusal: RefusalView }),
  ]),
});
export type BenchView = z.infer<typeof BenchView>;

export const UpdateStage = z.enum([
  'queued',
  'issued',
  'available',
  'refused',
  'acknowledged',
  'downloading',
  'installing',
  'finalizing',
  'completed',
  'failed',
  'rolling_back',
  'rolled_back',
  'cancelled',
]);
export type UpdateStage = z.infer<typeof UpdateStage>;

/** Whether the signature of what brought us here was good. */
export const SignatureMark = z.enum(['valid', 'unsigned', 'invalid', 'unchecked']);
export type SignatureMark = z.infer<typeof SignatureMark>;

export const UpdateStep = z.object({
  stage: UpdateStage,
  at: z.number(),
  detail: z.string(),
  signature: SignatureMark,
  /** Whose message brought us here; none in records of before it was noted. */
  by: z.enum(['backend', 'gatekeeper', 'vehicle']).optional(),
  /** Id of the key that signed that message, where its signature was good. */
  kid: z.string().optional(),
});
export type UpdateStep = z.infer<typeof UpdateStep>;

/** One ECU of an update of several. */
export const UpdateMember = z.object({
  ecuId: z.string(),
  version: z.string(),
  stage: UpdateStage,
  /** 0–100. */
  progress: z.number(),
  refusal: RefusalView.optional(),
});
export type UpdateMember = z.infer<typeof UpdateMember>;

/** One update's way through the bench, as the backend follows it. */
export const UpdateView = z.object({
  updateId: z.string(),
  vin: z.string(),
  /** Empty for an update of several ECUs: see `members`. */
  ecuId: z.string(),
  /** Null when somebody else's script issued it without naming a release. */
  releaseId: z.string().nullable(),
  version: z.string(),
  description: z.string(),
  createdAt: z.number(),
  stage: UpdateStage,
  /** 0–100. */
  progress: z.number(),
  /** The vehicle holds it until it is told to resume. */
  paused: z.boolean(),
  /** What the vehicle waits for before it goes on. */
  waiting: z.enum(['confirmation']).nullable(),
  /** Newest last. A refused command adds one at the stage the update was at. */
  steps: z.array(UpdateStep),
  refusal: RefusalView.optional(),
  /** True when it began outside this bench (a script, another backend). */
  foreign: z.boolean(),
  /** The ECUs of a bundle in the order they are updated; none for an update of one ECU. */
  members: z.array(UpdateMember),
});
export type UpdateView = z.infer<typeof UpdateView>;

export const BankState = z.enum([
  'empty',
  'writing',
  'written',
  'pending',
  'active',
  'valid',
  'bad',
]);
export type BankState = z.infer<typeof BankState>;

/** Of an ECU with one bank, `B` is the backup: a copy of what A held before, never started. */
export const BankView = z.object({
  bank: z.enum(['A', 'B']),
  state: BankState,
  version: z.string().nullable(),
  sha256: z.string().nullable(),
  length: z.number().int().nullable(),
  releaseCounter: z.number().int().nullable(),
});
export type BankView = z.infer<typeof BankView>;

export const EcuView = z.object({
  ecuId: z.string(),
  name: z.string(),
  hardwareId: z.string(),
  partNumber: z.string(),
  bootloaderSha256: z.string(),
  layout: z.enum(['dual', 'single']),
  /**
   * Starts of an image on trial so far, and how many its watchdog allows; null for an ECU known
   * only by its vehicle's messages.
   */
  boot: z.object({ attempt: z.number().int(), allowed: z.number().int() }).nullable(),
  /** ECUs that must run before this one is updated. */
  dependsOn: z.array(z.string()),
  activeBank: z.enum(['A', 'B']),
  banks: z.array(BankView),
  /** What it is doing now, in one word of the progress vocabulary, or idle. */
  activity: z.string(),
  progress: z.number(),
  /** Rolling back now: possible, or why not ([D7]). */
  rollback: z.union([
    z.object({ possible: z.literal(true), toVersion: z.string() }),
    z.object({ possible: z.literal(false), refusal: RefusalView }),
  ]),
});
export type EcuView = z.infer<typeof EcuView>;

/** Whether a button may be pressed now, or why not. */
export const ControlView = z.union([
  z.object({ possible: z.literal(true) }),
  z.object({ possible: z.literal(false), refusal: RefusalView }),
]);
export type ControlView = z.infer<typeof ControlView>;

/** What a vehicle is busy with. */
export const JobView = z.object({
  updateId: z.string(),
  ecuId: z.string(),
  kind: z.enum(['update', 'rollback']),
  /** The DCU's own word for where it is: docs/PROTOCOL.md, “Commands and states”. */
  phase: z.string(),
  paused: z.boolean(),
  /** It goes on once a technician has said so (`vehicles.confirm`). */
  waiting: z.enum(['confirmation']).nullable(),
  controls: z.object({ pause: ControlView, resume: ControlView, cancel: ControlView }),
});
export type JobView = z.infer<typeof JobView>;

/** A vehicle's surroundings as far as an update looks at them [D3]. */
export const ConditionsView = z.object({
  /** 0 to 1,000 V. */
  supplyMillivolts: z.number().int().min(0).max(1_000_000),
  ignition: z.enum(['on', 'off']),
  parked: z.boolean(),
  /** Space for images. */
  freeBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  temperatureCelsius: z.number().int().min(-100).max(300),
});
export type ConditionsView = z.infer<typeof ConditionsView>;

export const VehicleView = z.object({
  vin: z.string(),
  online: z.boolean(),
  /** False for a vehicle known only by its messages. */
  simulated: z.boolean(),
  lastSeenAt: z.number().nullable(),
  /** ISO 3779 advice about the VIN; empty when there is nothing to say. */
  advice: z.array(z.string()),
  /** Name of the profile it was made by; null for a vehicle that is not simulated here. */
  profile: z.string().nullable(),
  conditions: ConditionsView.nullable(),
  ecus: z.array(EcuView),
  /** Null when it is idle, or not known to do anything. */
  job: JobView.nullable(),
  /** Updates that wait for the running one to end [D8]. */
  waiting: z.number().int(),
  /** Why a simulated vehicle does nothing any more. */
  fault: RefusalView.nullable(),
});
export type VehicleView = z.infer<typeof VehicleView>;

export const ReleaseView = z.object({
  releaseId: z.string(),
  hardwareId: z.string(),
  partNumber: z.string(),
  version: z.string(),
  releaseCounter: z.number().int(),
  description: z.string(),
  createdAt: z.string(),
  expires: z.string(),
  firmware: z.object({ name: z.string(), sha256: z.string(), length: z.number().int() }),
});
export type ReleaseView = z.infer<typeof ReleaseView>;

/** A firmware image in the store, not yet (or already) part of a release. */
export const ArtifactView = z.object({
  sha256: z.string(),
  length: z.number().int(),
  name: z.string(),
});
export type ArtifactView = z.infer<typeof ArtifactView>;

/**
 * One frame of a stream: a snapshot first, then deltas. `seq` rises by one per frame;
 * `skipped` counts changes folded together because the reader was slow.
 */
export const frameOf = <T extends z.ZodType>(
  item: T,
): z.ZodObject<{
  kind: z.ZodEnum<{ snapshot: 'snapshot'; delta: 'delta' }>;
  seq: z.ZodNumber;
  skipped: z.ZodNumber;
  upserts: z.ZodArray<T>;
  removed: z.ZodArray<z.ZodString>;
}> =>
  z.object({
    kind: z.enum(['snapshot', 'delta']),
    seq: z.number().int(),
    skipped: z.number().int(),
    upserts: z.array(item),
    removed: z.array(z.string()),
  });
export type Frame<T> = {
  kind: 'snapshot' | 'delta';
  seq: number;
  skipped: number;
  upserts: T[];
  removed: string[];
};
