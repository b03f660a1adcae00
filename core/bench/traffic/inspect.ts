import {
  type PayloadDiff,
  type PayloadView,
  TRAFFIC_PAYLOAD_LIMIT,
  type TrafficDetail,
  type TrafficRow,
} from '#core/contract';
import {
  describePayload,
  diffPayloads,
  type PayloadView as Described,
  numericMembers,
} from '#core/payload';
import { type Topics } from '#core/protocol';
import { type RecordedDetail, type RecordedRow } from '#core/recorder';
import { type KeyRing } from '#core/signing';
import { BenchError } from '../errors.ts';
import { type Capture } from './capture.ts';
import { propertiesOf, viewProperties } from './messages.ts';
import { judge } from './verdict.ts';
import { asked } from './where.ts';

/** More than a person opens; the rest of a tree is in the raw view. */
const NODES = 20_000;
/** Beyond it a payload is shown as bytes: decoding would hold up everything else. */
const DECODED_BYTES = 8 * 1_048_576;

export type Inspector = {
  detail(id: number): Promise<TrafficDetail>;
  payload(id: number, offset: number, length: number): Promise<{ base64: string; size: number }>;
  diff(
    id: number,
    against?: number,
  ): Promise<{ against: TrafficRow | null; diff: PayloadDiff | null }>;
};

/** One message whole: what it can be read as, and whether it is what it claims to be. */
export function createInspector(
  capture: Capture,
  signing: () => { topics: Topics; ring: KeyRing },
): Inspector {
  const held = async (id: number): Promise<RecordedDetail> => {
    const found = await asked(() => capture.recorder().detail(id));
    if (found) return found;
    throw new BenchError('TRAFFIC_GONE', `message ${id} is not held any more`, {
      next: 'choose one that is still listed; the oldest make room for the newest',
    });
  };

  return {
    async detail(id) {
      const found = await held(id);
      const { payload, sha256, intact, mark, detail } = found;
      const properties = propertiesOf(found.properties);
      const previous = await asked(() => capture.recorder().previousOnTopic(id));
      const shown = payload.subarray(0, TRAFFIC_PAYLOAD_LIMIT);
      const { views, numbers } = readingsOf(payload, properties?.contentType);
      const verdicts =
        found.kind === 'publish'
          ? await judge(found.topic, payload, signing())
          : ({ signature: NONE, manifest: NONE, schema: NONE } as const);
      return {
        row: capture.row(rowOf(found)),
        payloadBase64: base64(shown),
        payloadCut: shown.byteLength < payload.byteLength,
        text: textOf(shown),
        ...{ sha256, intact, detail, views, numbers },
        properties: properties && viewProperties(properties),
        ...verdicts,
        mark: mark && { ...mark },
        previousId: previous?.id ?? null,
      };
    },
    async payload(id, offset, length) {
      const { payload } = await held(id);
      const piece = payload.subarray(offset, offset + length);
      return { base64: base64(piece), size: payload.byteLength };
    },
    async diff(id, against) {
      const after = await held(id);
      const other =
        against ?? (await asked(() => capture.recorder().previousOnTopic(id)))?.id ?? null;
      if (other === null) return { against: null, diff: null };
      const before = await held(other);
      const bounded = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, DECODED_BYTES);
      const diff = diffPayloads(bounded(before.payload), bounded(after.payload));
      return { against: capture.row(rowOf(before)), diff: copyOf(diff) };
    },
  };
}

const NONE = { kind: 'none' } as const;

function rowOf(found: RecordedDetail): RecordedRow {
  const { id, at, monotonicUs, source, direction, clientId, topic, qos, retain, dup } = found;
  const { size, preview, cut, kind, code, aclLine } = found;
  return {
    ...{ id, at, monotonicUs, source, direction, clientId, topic, qos, retain, dup },
    ...{ size, preview, cut, kind, code, aclLine },
  };
}

/** Its views as the contract has them, and the numbers in the likeliest one. */
export function readingsOf(
  payload: Uint8Array,
  contentType?: string,
): Pick<TrafficDetail, 'views' | 'numbers'> {
  if (payload.byteLength > DECODED_BYTES) return { views: [{ kind: 'hex' }], numbers: [] };
  const options = { nodes: NODES, ...(contentType === undefined ? {} : { contentType }) };
  const { views } = describePayload(payload, options);
  const [first] = views;
  const numbers = first && 'tree' in first ? numericMembers(first.tree) : [];
  return { views: views.map(viewOf), numbers: numbers.map((each) => ({ ...each })) };
}

function viewOf(view: Described): PayloadView {
  switch (view.kind) {
    case 'json':
    case 'cbor':
    case 'msgpack':
      return { kind: view.kind, tree: { nodes: [...view.tree.nodes], cut: view.tree.cut } };
    case 'image': {
      const { kind, mime, width, height } = view;
      return { kind, mime, width, height };
    }
    case 'text':
    case 'hex':
      return { kind: view.kind };
  }
}

function copyOf(diff: ReturnType<typeof diffPayloads>): PayloadDiff {
  return diff.kind === 'structure' ? { ...diff, changes: [...diff.changes] } : diff;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
