import { extraOf, payloadOf, type Segment } from './columns.ts';
import { readExtra } from './extra.ts';
import { readFlags } from './flags.ts';
import type { KnownNames } from './known-names.ts';
import { previewOf } from './preview.ts';
import type { RecordedMessage, RecordedRow } from './recorder-types.ts';

export function rowOf(segment: Segment, row: number, names: KnownNames): RecordedRow {
  const { columns, first } = segment;
  const payload = payloadOf(segment, row);
  const extra = readExtra(extraOf(segment, row));
  const [source, clientId] = names.origin(columns.origin[row] ?? 0);
  const { detail = '' } = extra;
  const shown = payload.byteLength === 0 && detail !== '' ? Buffer.from(detail) : payload;
  const { text, cut } = previewOf(shown);
  return {
    id: first + row,
    at: columns.at[row] ?? 0,
    monotonicUs: columns.monotonicUs[row] ?? 0,
    source,
    clientId,
    topic: names.topic(columns.topic[row] ?? 0),
    ...readFlags(columns.flags[row] ?? 0),
    size: payload.byteLength,
    preview: text,
    cut,
    code: extra.code ?? null,
    aclLine: extra.aclLine ?? null,
  };
}

export function messageOf(segment: Segment, row: number, names: KnownNames): RecordedMessage {
  const { detail = null, properties = null } = readExtra(extraOf(segment, row));
  // A copy: the segment's bytes would cross to the other thread with it.
  const payload = payloadOf(segment, row).slice();
  return { ...rowOf(segment, row, names), payload, detail, properties };
}
