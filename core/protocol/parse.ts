import { ProtocolError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { messageSchemas, type MessageKind, type MessageOf } from './messages.ts';

/**
 * The message that an object is, by its topic's kind and vehicle. What comes back is the object
 * itself, members unknown to us included, so that a signature over it still holds.
 *
 * @throws ProtocolError SCHEMA with the member's path, VIN_MISMATCH [P3]
 */
export function parseMessage<Kind extends MessageKind>(
  kind: Kind,
  topicVin: string,
  object: JsonObject,
): MessageOf[Kind] {
  const result = messageSchemas[kind].safeParse(object);
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = issue === undefined || issue.path.length === 0 ? '' : `${dotted(issue.path)}: `;
    throw new ProtocolError('SCHEMA', `${kind}: ${path}${issue?.message ?? 'not as described'}`, {
      next: `Send the members that docs/PROTOCOL.md lists for ${kind}.`,
      cause: result.error,
    });
  }
  assertVin(topicVin, object['vin']);
  // The schemas neither transform nor default, so the object has the parsed type as it stands.
  return object as MessageOf[Kind];
}

/** [P3] A payload that names another vehicle than its topic was misrouted, or is an attack. */
function assertVin(topicVin: string, payloadVin: unknown): void {
  if (payloadVin === undefined || payloadVin === topicVin) return;
  throw new ProtocolError(
    'VIN_MISMATCH',
    `the topic names ${topicVin}, the payload ${JSON.stringify(payloadVin)}`,
    { next: 'Publish the message to its own vehicle’s topic, or leave `vin` out.' },
  );
}

/**
 * [P5] Refuses what has ended. A message without `expires` never does; one that ends this very
 * millisecond is still good.
 *
 * @param now wall clock, milliseconds since 1970
 * @param what names it in the reason, where several things may have ended
 * @throws ProtocolError EXPIRED with the difference between the clocks
 */
export function checkExpiry(
  message: { readonly expires?: string | undefined; readonly issuedAt?: string | undefined },
  now: number,
  what?: string,
): void {
  if (message.expires === undefined) return;
  const late = now - Date.parse(message.expires);
  if (late <= 0) return;
  const issued = message.issuedAt === undefined ? '' : `, it was issued at ${message.issuedAt}`;
  throw new ProtocolError(
    'EXPIRED',
    `${what === undefined ? '' : `the ${what} `}expired ${seconds(late)} ago: expires ${message.expires}, this clock says ${new Date(now).toISOString()}${issued}`,
    { next: 'Issue it again; if it is new, set the clocks of both sides.' },
  );
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
