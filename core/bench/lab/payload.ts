import { seededBytes } from '#core/dcu';
import { type MessageKind, PAYLOAD_LIMIT } from '#core/protocol';
import { type Action, type SeenMessage, setAt, unsetAt } from '#core/scenario';
import { RELEASE_TYP, typOf } from '#core/signing';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { type Signer } from './sign.ts';

type Publish = Extract<Action, { do: 'publish' }>;
/** Of a message that somebody made up for a scenario. */
const LIFETIME_MS = 3_600_000;

/** The bytes that a `publish` step sends. */
export async function payloadOf(
  step: Publish,
  about: { kind: MessageKind | null; vin: string; captured: SeenMessage | null; seed: string },
  { context, sign }: { context: Context; sign: Signer },
): Promise<Uint8Array> {
  const { text, base64, bytes, set = {}, unset = [] } = step;
  if (text !== undefined) return new Uint8Array(Buffer.from(text));
  if (base64 !== undefined) return new Uint8Array(Buffer.from(base64, 'base64'));
  if (bytes !== undefined) {
    return bytes === 0 ? new Uint8Array() : seededBytes({ seed: about.seed, length: bytes });
  }
  const { captured } = about;
  const untouched = Object.keys(set).length + unset.length === 0;
  if (captured && untouched && step.sign === undefined) return captured.payload;
  const content = structuredClone(step.json ?? objectIn(captured));
  if (step.envelope === true) addEnvelope(content, about, context);
  for (const [path, value] of Object.entries(set)) setAt(content, path, value);
  for (const path of unset) unsetAt(content, path);
  const typ = about.kind === null ? RELEASE_TYP : typOf(about.kind);
  const signed = step.sign === undefined ? content : await sign(content, step.sign, typ);
  // By hand: what is refused for its size or form has to get as far as whoever refuses it.
  return new Uint8Array(Buffer.from(JSON.stringify(signed)));
}

function objectIn(captured: SeenMessage | null): Record<string, unknown> {
  const json = captured?.json;
  if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  throw new BenchError(
    'BAD_INPUT',
    `the captured message is no JSON object (${String(captured?.payload.byteLength ?? 0)} of at most ${String(PAYLOAD_LIMIT)} bytes)`,
    { next: 'send it as it is, without set, unset and sign' },
  );
}

function addEnvelope(
  content: Record<string, unknown>,
  { vin }: { vin: string },
  { clock, random }: Context,
): void {
  const now = clock.now();
  const usual = {
    messageId: random.uuid(),
    updateId: random.uuid(),
    vin,
    // Above what anybody of that name said before: ours count from the same clock.
    seq: now + 60_000,
    sender: 'scenario',
    issuedAt: new Date(now).toISOString(),
    expires: new Date(now + LIFETIME_MS).toISOString(),
  };
  for (const [name, value] of Object.entries(usual)) content[name] ??= value;
}
