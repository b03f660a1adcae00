import { z } from 'zod';

/** Base64 as the export writes it: of a changed character nothing may be guessed. */
const Base64 = z.string().transform((text, context): Uint8Array => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  context.addIssue({ code: 'custom', message: 'no base64 (RFC 4648 section 4)' });
  return z.NEVER;
});

/** 65,535 bytes of UTF-8 are at most as many characters. */
const MqttText = z.string().max(65_535);
const Name = z.string().max(1_024);
const UINT32 = 2 ** 32 - 1;

const Properties = z.object({
  payloadFormat: z.enum(['bytes', 'text']).exactOptional(),
  expirySeconds: z.number().int().min(0).max(UINT32).exactOptional(),
  contentType: MqttText.exactOptional(),
  responseTopic: MqttText.exactOptional(),
  correlationData: Base64.exactOptional(),
  subscriptionIds: z.array(z.number().int().min(1).max(268_435_455)).max(1_024).exactOptional(),
  user: z
    .array(z.tuple([MqttText, MqttText]))
    .max(10_000)
    .exactOptional(),
});

/** Dates that JavaScript can hold and a file may name. */
const At = z.number().min(0).max(8.64e15);

export const Header = z.object({
  format: z.literal('ota-bench-traffic'),
  version: z.number().int().positive(),
});

/** One line. Members that are none of ours, ids above all, are not taken over. */
export const MessageLine = z
  .object({
    at: At,
    mono: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
    source: Name.min(1),
    direction: z.enum(['in', 'out', 'tap']),
    clientId: MqttText.nullable(),
    kind: z.enum(['publish', 'connect', 'disconnect', 'subscribe', 'unsubscribe', 'refused']),
    topic: MqttText,
    /** Written by hand, `text` alone will do. */
    payload: Base64.exactOptional(),
    text: z.string().exactOptional(),
    qos: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    retain: z.boolean(),
    dup: z.boolean(),
    properties: Properties.exactOptional(),
    /** As long as a line may be: a refusal quotes what it refuses. */
    detail: z.string().exactOptional(),
    code: Name.exactOptional(),
    aclLine: z.number().int().min(0).exactOptional(),
  })
  .refine(
    // Taken for empty, it would delete what is retained when it is replayed.
    ({ kind, payload, text }) => kind !== 'publish' || payload !== undefined || text !== undefined,
    { path: ['payload'], message: 'neither payload nor text' },
  );
