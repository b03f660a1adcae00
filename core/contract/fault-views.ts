import { z } from 'zod';

/** A place in a file or an image, bytes from its start. 1 TiB: more than any image has. */
const Byte = z.number().int().min(0).max(1_099_511_627_776);
/** How often it happens before it is spent. */
const Times = z.number().int().min(1).max(1_000);
/** At most an hour. */
const Pause = z.number().int().min(1).max(3_600_000);
/** Of a byte, the lowest is 0. */
const Bit = z.number().int().min(0).max(7);
/** As an ECU is named in profiles: it is a folder as well. */
const EcuId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'an ECU’s name has 1 to 64 of A-Z a-z 0-9 _ -');

/** What a vehicle can be busy with, as far as its power can be cut there. */
export const PowerCutState = z.enum([
  'checking',
  'downloading',
  'awaiting',
  'securing',
  'installing',
  'rebooting',
  'testing',
  'committing',
  'reverting',
  'cancelling',
  'looking',
  'switching',
  'retesting',
  'returning',
  'proving',
  'closing',
]);
export type PowerCutState = z.infer<typeof PowerCutState>;

const PowerCutAt = z.union(
  [
    z.strictObject({
      byte: Byte,
      /**
       * `disk`: of everything that the vehicle writes from now on; `staged`: of an image as it
       * comes in; `bank`: of a bank as it is written.
       */
      where: z.enum(['disk', 'staged', 'bank']).default('disk'),
    }),
    /** As soon as it is entered: on record, nothing of it done yet. */
    z.strictObject({ state: PowerCutState }),
    /** At once, or as soon as the vehicle is on. */
    z.strictObject({ now: z.literal(true) }),
  ],
  {
    error: () =>
      `give one of: a byte (0 or more, with where: disk, staged or bank), a state (${PowerCutState.options.join(', ')}), or now: true`,
  },
);

/*
 * Everything that can go wrong on purpose, and nothing else: an unknown member is refused, since a
 * misspelt one would make a test pass that tests nothing. Bytes and bits that are left out are
 * chosen by the seed.
 */
const kinds = [
  z.strictObject({
    kind: z.literal('powerCut'),
    at: PowerCutAt,
    /** How long it stays away. */
    offMs: z.number().int().min(0).max(600_000).default(500),
  }),
  z.strictObject({
    kind: z.literal('tornWrite'),
    atByte: Byte.optional(),
    where: z.enum(['staged', 'bank']).default('bank'),
  }),
  z.strictObject({
    kind: z.literal('bitFlipInTransit'),
    atByte: Byte.optional(),
    bit: Bit.optional(),
  }),
  z.strictObject({
    kind: z.literal('bitFlipAtRest'),
    ecuId: EcuId,
    bank: z.enum(['active', 'inactive']),
    atByte: Byte.optional(),
    bit: Bit.optional(),
    /** `written`: once an update has written the bank and has read it back. */
    when: z.enum(['now', 'written']).default('now'),
  }),
  z.strictObject({
    kind: z.literal('bootFails'),
    ecuId: EcuId.optional(),
    times: Times.default(1),
  }),
  z.strictObject({
    kind: z.literal('selfTestFails'),
    ecuId: EcuId.optional(),
    times: Times.default(1),
    complaint: z.string().min(1).max(200).default('a sensor gives no plausible value'),
  }),
  z.strictObject({ kind: z.literal('bootloaderChanged'), ecuId: EcuId }),
  z.strictObject({ kind: z.literal('missingPreviousImage'), ecuId: EcuId }),
  z.strictObject({ kind: z.literal('singleBankFailure'), ecuId: EcuId }),
  z.strictObject({
    kind: z.literal('slowDownload'),
    bytesPerSecond: z.number().int().min(1).max(1_000_000_000),
  }),
  z.strictObject({ kind: z.literal('stalledDownload'), atByte: Byte, forMs: Pause }),
  z.strictObject({
    kind: z.literal('connectionDrops'),
    /** From one drop to the next. */
    everyMs: z.number().int().min(100).max(86_400_000),
  }),
  z.strictObject({
    kind: z.literal('acknowledgmentLost'),
    times: Times.default(1),
    /** Of what the vehicle sent, or of what it received. */
    of: z.enum(['sent', 'received']).default('sent'),
  }),
  z.strictObject({ kind: z.literal('duplicateDelivery'), times: Times.default(1) }),
  /** So many messages to the vehicle change places. */
  z.strictObject({ kind: z.literal('reorder'), window: z.number().int().min(2).max(64) }),
  z.strictObject({
    kind: z.literal('clockSkew'),
    /** Up to ten years either way; above 0 the vehicle's clock is ahead. */
    offsetMs: z.number().int().min(-315_576_000_000).max(315_576_000_000),
  }),
  z.strictObject({
    kind: z.literal('voltageSag'),
    /** Where the supply sinks to. */
    millivolts: z.number().int().min(0).max(100_000),
    during: z.enum(['install', 'always']).default('install'),
  }),
  /** So much of images still fits. */
  z.strictObject({ kind: z.literal('diskFull'), afterBytes: Byte }),
] as const;

export const FAULT_KINDS = kinds.map(({ shape }) => shape.kind.value);

/** One thing that goes wrong in one vehicle. */
export const Fault = z.discriminatedUnion('kind', kinds, {
  error: () => `there is no such kind of fault; there are: ${FAULT_KINDS.join(', ')}`,
});
export type Fault = z.infer<typeof Fault>;
export type FaultKind = Fault['kind'];

/** A fault of a vehicle, as it stands. */
export const FaultView = z.object({
  faultId: z.string(),
  vin: z.string(),
  fault: Fault,
  /** What it does, in one sentence. */
  summary: z.string(),
  /** `armed`: waits for its moment. `active`: at work now. `spent`: does nothing more. */
  state: z.enum(['armed', 'active', 'spent']),
  /** How often it has struck. */
  fired: z.number().int(),
  /** Wall clock, ms. */
  lastFiredAt: z.number().nullable(),
});
export type FaultView = z.infer<typeof FaultView>;

/** What a form asks for. */
export const FaultParameter = z.object({
  /** Of a member inside another: `at.byte`. */
  name: z.string(),
  label: z.string(),
  unit: z.string().nullable(),
  type: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('integer'), min: z.number(), max: z.number() }),
    z.object({ kind: z.literal('text'), maxLength: z.number().int() }),
    z.object({ kind: z.literal('choice'), choices: z.array(z.string()) }),
    /** Given as `true` or not at all. */
    z.object({ kind: z.literal('flag') }),
    /** Of the vehicle. */
    z.object({ kind: z.literal('ecu') }),
  ]),
  /** Of those with the same word here exactly one is given. */
  oneOf: z.string().nullable(),
  required: z.boolean(),
  /** What is taken when it is left out; null: the seed chooses, any ECU, or there is none. */
  default: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  /** What a form begins with. */
  example: z.union([z.number(), z.string(), z.boolean()]),
});
export type FaultParameter = z.infer<typeof FaultParameter>;

export const FaultKindView = z.object({
  kind: z.enum(FAULT_KINDS),
  title: z.string(),
  summary: z.string(),
  /** What the vehicle does about it, and which check stops it. */
  stoppedBy: z.string(),
  group: z.enum(['power', 'storage', 'hardware', 'download', 'connection', 'surroundings']),
  parameters: z.array(FaultParameter),
});
export type FaultKindView = z.infer<typeof FaultKindView>;
