import { z } from 'zod';
import { Bundle, BUNDLE_LIMIT } from './bundle.ts';
import { RollbackVerdict } from './rollback-verdict.ts';
import { Count, Id, Instant, Integer, Sha256 } from './values.ts';

/*
 * The messages of docs/PROTOCOL.md. Each schema accepts the minimal payload of a short
 * script and keeps members it does not know. Numbers in signed content are integers [P1].
 */

/** What our messages add to a minimal one; all optional so that short scripts are understood. */
const envelope = {
  /** UUIDv7; a message is idempotent by it [P4]. */
  messageId: Id.optional(),
  updateId: Id.optional(),
  vin: z.string().optional(),
  ecuId: z.union([z.string().min(1).max(64), Integer]).optional(),
  /** Never goes back per sender and vehicle [P4]. */
  seq: Count.optional(),
  /** Who counts `seq`; the sender's own stable name. */
  sender: Id.optional(),
  issuedAt: Instant.optional(),
  expires: Instant.optional(),
  /** Detached JWS over the canonical form without `signature` and `hmac` [S1]. */
  signature: z.string().max(2_048).optional(),
  /** Hex HMAC-SHA256 of the same canonical text [S3]. */
  hmac: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};

export const FirmwareRef = z.looseObject({
  name: z.string().min(1).max(255),
  sha256: Sha256,
  length: Count,
});
export type FirmwareRef = z.infer<typeof FirmwareRef>;

/** What must hold on the vehicle before the first write [D3]. */
export const Preconditions = z.looseObject({
  /** Lowest supply voltage, millivolts. */
  minSupplyMillivolts: Count.optional(),
  ignition: z.enum(['on', 'off']).optional(),
  parked: z.boolean().optional(),
  /** Free space for the image, bytes. */
  minFreeBytes: Count.optional(),
});
export type Preconditions = z.infer<typeof Preconditions>;

/** Another ECU's software that must be installed first. */
export const Requirement = z.looseObject({
  hardwareId: Id,
  minReleaseCounter: Count,
});
export type Requirement = z.infer<typeof Requirement>;

/** [S5] signed once by a release key; travels inside `issue_details` and `status`. */
export const ReleaseManifest = z.looseObject({
  releaseId: Id,
  hardwareId: Id,
  partNumber: Id,
  version: z.string().min(1).max(64),
  releaseCounter: Count,
  description: z.string().max(2_000),
  firmware: FirmwareRef,
  requires: z.array(Requirement).max(64),
  preconditions: Preconditions,
  createdAt: Instant,
  expires: Instant,
  signature: z.string().max(2_048).optional(),
  hmac: z.string().optional(),
});
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;

/** [D8] Instead of `manifest`, for several ECUs at once. */
const several = {
  bundle: Bundle.optional(),
  manifests: z.array(ReleaseManifest).min(1).max(BUNDLE_LIMIT).optional(),
  /** ECU of each manifest, in their order; left out where the hardware leaves no doubt. */
  ecuIds: z.array(z.string().min(1).max(64)).max(BUNDLE_LIMIT).optional(),
};

export const IssueDetails = z.looseObject({
  ...envelope,
  version: z.string().min(1).max(64),
  description: z.string().max(2_000),
  manifest: ReleaseManifest.optional(),
  ...several,
});
export type IssueDetails = z.infer<typeof IssueDetails>;

/** Why something was refused, as published: `reason{code,detail,next}`. */
export const Reason = z.looseObject({
  code: z.string().min(1).max(64),
  detail: z.string().max(2_000),
  /** What the reader can do about it; short scripts leave it out. */
  next: z.string().max(500).optional(),
});
export type Reason = z.infer<typeof Reason>;

export const Status = z.looseObject({
  ...envelope,
  status: z.enum(['Available', 'Unavailable', 'Rejected']),
  version: z.string().max(64),
  reason: Reason.optional(),
  manifest: ReleaseManifest.optional(),
  ...several,
});
export type Status = z.infer<typeof Status>;

export const Acknowledgment = z.looseObject({
  ...envelope,
  acknowledgment: z.enum(['Acknowledged', 'Refused']),
  reason: Reason.optional(),
  /** Of a rollback that was refused in the name of an update. */
  verdict: RollbackVerdict.optional(),
});
export type Acknowledgment = z.infer<typeof Acknowledgment>;

export const ProgressStatus = z.enum([
  'downloading',
  'installing',
  'finalizing',
  'completed',
  'failed',
  'rolling_back',
  'rolled_back',
  'cancelled',
]);
export type ProgressStatus = z.infer<typeof ProgressStatus>;

export const Progress = z.looseObject({
  ...envelope,
  progress: Integer.min(0).max(100),
  status: ProgressStatus,
  version: z.string().max(64).optional(),
  reason: Reason.optional(),
  /** In the last word on a rollback, whoever asked for it. */
  verdict: RollbackVerdict.optional(),
});
export type Progress = z.infer<typeof Progress>;

export const Command = z.looseObject({
  ...envelope,
  command: z.enum(['install', 'rollback', 'cancel', 'pause', 'resume', 'report']),
  /** Of a rollback: what it belongs to; a technician's wish unless told otherwise. */
  origin: z.enum(['technician', 'campaign']).optional(),
  /** Of a rollback: who wants it, in words. */
  askedBy: z.string().max(128).optional(),
});
export type Command = z.infer<typeof Command>;

export const InventoryBank = z.looseObject({
  bank: z.enum(['A', 'B']),
  state: z.enum(['empty', 'writing', 'written', 'pending', 'active', 'valid', 'bad']),
  version: z.string().max(64).nullable(),
  sha256: Sha256.nullable(),
  length: Count.nullable(),
  releaseCounter: Count.nullable(),
});
export type InventoryBank = z.infer<typeof InventoryBank>;

export const InventoryEcu = z.looseObject({
  ecuId: z.union([z.string().min(1).max(64), Integer]),
  name: z.string().max(128),
  hardwareId: Id,
  partNumber: Id,
  bootloaderSha256: Sha256,
  /** Left out: `dual`. Of `single`, bank B is the backup of what A held before, never started. */
  layout: z.enum(['dual', 'single']).optional(),
  /** ECUs of the vehicle that must run before this one is updated. */
  dependsOn: z.array(z.string().max(64)).max(256).optional(),
  activeBank: z.enum(['A', 'B']),
  banks: z.array(InventoryBank).max(2),
});
export type InventoryEcu = z.infer<typeof InventoryEcu>;

export const Inventory = z.looseObject({
  ...envelope,
  ecus: z.array(InventoryEcu).max(256),
});
export type Inventory = z.infer<typeof Inventory>;

export const Presence = z.looseObject({ ...envelope, online: z.boolean() });
export type Presence = z.infer<typeof Presence>;

/** Largest block of firmware in one message, bytes before base64url; fits 64 KiB with its envelope [P2]. */
export const BLOCK_LIMIT = 32_768;

export const FirmwareRequest = z.looseObject({
  ...envelope,
  sha256: Sha256,
  /** First byte wanted. */
  offset: Count,
  /** Bytes wanted, at most BLOCK_LIMIT; the last block may be shorter. */
  length: Count.max(BLOCK_LIMIT),
});
export type FirmwareRequest = z.infer<typeof FirmwareRequest>;

export const FirmwareBlock = z.looseObject({
  ...envelope,
  sha256: Sha256,
  offset: Count,
  /** Whole image, bytes. */
  totalLength: Count,
  /** base64url without padding. Empty with a `reason` when the block cannot be given. */
  data: z.string().max(43_700),
  reason: Reason.optional(),
});
export type FirmwareBlock = z.infer<typeof FirmwareBlock>;

/** Message kind → schema. The kind is the topic's, in the words of docs/PROTOCOL.md. */
export const messageSchemas = {
  issue_details: IssueDetails,
  status: Status,
  acknowledgment: Acknowledgment,
  progress: Progress,
  command: Command,
  inventory: Inventory,
  presence: Presence,
  firmware_request: FirmwareRequest,
  firmware_block: FirmwareBlock,
} as const;
export type MessageKind = keyof typeof messageSchemas;
export type MessageOf = {
  issue_details: IssueDetails;
  status: Status;
  acknowledgment: Acknowledgment;
  progress: Progress;
  command: Command;
  inventory: Inventory;
  presence: Presence;
  firmware_request: FirmwareRequest;
  firmware_block: FirmwareBlock;
};
