import { type SchemaVerdict, type SignatureVerdict } from '#core/contract';
import { isCodedError, type Refusal } from '#core/ports';
import {
  decodePayload,
  type JsonObject,
  type MessageKind,
  parseMessage,
  type TopicAddress,
  type Topics,
} from '#core/protocol';
import {
  applyPolicy,
  type KeyRing,
  type KeyUse,
  RELEASE_TYP,
  typOf,
  verifyObject,
  type VerifyOptions,
} from '#core/signing';
import { ALGORITHMS } from '../gatekeeper-role.ts';

/** What is to be said of a message of ours; all `none` for anybody else's. */
export type Verdicts = {
  signature: SignatureVerdict;
  manifest: SignatureVerdict;
  schema: SchemaVerdict;
};

const NONE = { kind: 'none' } as const;

/** Checks a captured message against the bench's own key ring, by what its topic says it is. */
export async function judge(
  topic: string,
  payload: Uint8Array,
  { topics, ring }: { topics: Topics; ring: KeyRing },
): Promise<Verdicts> {
  const address = topics.parse(topic);
  // An empty payload deletes what is retained: it says nothing that could be signed.
  if (!address || payload.byteLength === 0)
    return { signature: NONE, manifest: NONE, schema: NONE };
  const { kind } = address;
  let object: JsonObject;
  try {
    object = decodePayload(payload);
  } catch (error) {
    const schema: SchemaVerdict = { kind: 'differs', message: kind, refusal: coded(error) };
    return { signature: NONE, manifest: NONE, schema };
  }
  const manifest = object['manifest'];
  const check = (
    what: JsonObject,
    typ: VerifyOptions['typ'],
    use: KeyUse,
  ): Promise<SignatureVerdict> => verdictOf(what, { typ, use, algorithms: ALGORITHMS, keys: ring });
  return {
    signature: await check(object, typOf(kind), signerOf(address)),
    manifest: isObject(manifest) ? await check(manifest, RELEASE_TYP, 'release') : NONE,
    schema: schemaOf(kind, address.vin, object),
  };
}

async function verdictOf(object: JsonObject, options: VerifyOptions): Promise<SignatureVerdict> {
  const verdict = await verifyObject(object, options);
  switch (verdict.kind) {
    case 'valid':
      return { kind: 'valid', by: verdict.name, kid: verdict.kid, alg: verdict.alg };
    case 'unsigned':
      return { kind: 'unsigned' };
    case 'invalid': {
      const { next = '' } = applyPolicy(verdict, 'require');
      return { kind: 'invalid', refusal: { code: verdict.code, reason: verdict.detail, next } };
    }
  }
}

function schemaOf(kind: MessageKind, vin: string, object: JsonObject): SchemaVerdict {
  try {
    parseMessage(kind, vin, object);
    return { kind: 'fits', message: kind };
  } catch (error) {
    return { kind: 'differs', message: kind, refusal: coded(error) };
  }
}

/** Who sends a kind, and so must have signed it. */
function signerOf({ kind, vin }: TopicAddress): KeyUse {
  switch (kind) {
    case 'issue_details':
    case 'command':
    case 'firmware_block':
      return 'backend';
    case 'status':
      return 'gatekeeper';
    case 'acknowledgment':
    case 'progress':
    case 'inventory':
    case 'presence':
    case 'firmware_request':
      return `dcu:${vin}`;
  }
}

function coded(error: unknown): Refusal {
  if (!isCodedError(error)) throw error;
  const { code, reason, next } = error;
  return { code, reason, next };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
