import { createHash } from 'node:crypto';
import { isCodedError, type Clock, type Log, type Random } from '#core/ports';
import {
  encodePayload,
  qosOf,
  retainOf,
  type FirmwareRequest,
  type JsonObject,
  type Topics,
} from '#core/protocol';
import type { Catalogue } from '#core/catalogue';
import type { Incoming, Link } from '#core/link';
import { signObject, typOf, type SigningKey } from '#core/signing';
import { BACKEND } from './compose.ts';
import { hasEnded } from './machine.ts';
import type { Refusals } from './refusals.ts';
import { trustMessage, type TrustDeps } from './trust.ts';
import { releasesOf, type Updates } from './updates.ts';

/** Blocks read and sent at once for one vehicle; its request window needs no more. */
const AT_ONCE = 4;
/** Requests of one vehicle that wait; beyond it the answer is BUSY, and the vehicle asks again. */
const WAITING = 32;
/** Blocks in work for all vehicles: at about 64 KiB each, this bounds memory. */
const AT_ONCE_FOR_ALL = 64;
/** A block is for now; a late one is asked for again. */
const BLOCK_LIFETIME_MS = 5 * 60_000;

export type BlockDeps = TrustDeps & {
  readonly link: Link;
  readonly topics: Topics;
  readonly catalogue: Pick<Catalogue, 'artifact' | 'open' | 'release'>;
  readonly updates: Updates;
  readonly refusals: Refusals;
  readonly messageKey: SigningKey;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export type BlockServer = {
  /** Returns at once; the block follows when its turn comes. */
  onRequest(vin: string, updateId: string, incoming: Incoming): void;
  /** Takes no more, and waits for what is in work. */
  close(): Promise<void>;
};

type Work = { readonly updateId: string; readonly incoming: Incoming };
type Lane = { readonly waiting: Work[]; active: number };

/** Answers `firmware/{updateId}/request` for vehicles without HTTP. */
export function createBlockServer(deps: BlockDeps): BlockServer {
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();
  let closed = false;

  const start = (vin: string, lane: Lane, work: Work, busy: boolean): void => {
    lane.active += busy ? 0 : 1;
    const run = serve(vin, work, busy, deps)
      .catch((error: unknown) => deps.log('warn', 'a firmware block was not sent', { vin, error }))
      .finally(() => {
        running.delete(run);
        lane.active -= busy ? 0 : 1;
        fill();
      });
    running.add(run);
  };
  /** Each vehicle in turn, so that one with a deep queue delays nobody else. */
  const fill = (): void => {
    for (const [vin, lane] of lanes) {
      if (closed) return;
      if (lane.active === 0 && lane.waiting.length === 0) lanes.delete(vin);
      while (lane.active < AT_ONCE && running.size < AT_ONCE_FOR_ALL) {
        const work = lane.waiting.shift();
        if (work === undefined) break;
        start(vin, lane, work, false);
      }
    }
  };

  return {
    onRequest(vin, updateId, incoming) {
      if (closed) return;
      const lane = lanes.get(vin) ?? { waiting: [], active: 0 };
      lanes.set(vin, lane);
      if (lane.waiting.length < WAITING) lane.waiting.push({ updateId, incoming });
      else if (running.size < AT_ONCE_FOR_ALL) start(vin, lane, { updateId, incoming }, true);
      else deps.log('warn', 'a firmware request was dropped: too many at once', { vin });
      fill();
    },
    async close() {
      closed = true;
      lanes.clear();
      await Promise.all(running);
    },
  };
}

type Answer = { totalLength: number; data: Uint8Array } | { code: string; detail: string };

async function serve(
  vin: string,
  { updateId, incoming }: Work,
  busy: boolean,
  deps: BlockDeps,
): Promise<void> {
  let request: FirmwareRequest;
  try {
    const trusted = await trustMessage('firmware_request', vin, incoming, deps);
    if (trusted.kind === 'repeated') return;
    request = trusted.message;
  } catch (error) {
    // Whoever is not believed gets no answer, or anybody could have the backend fill the line.
    if (!isCodedError(error)) throw error;
    const { code, reason } = error;
    const at = deps.clock.now();
    deps.refusals.note({ at, vin, kind: 'firmware_request', updateId, code, reason });
    return;
  }
  const answer = busy
    ? { code: 'BUSY', detail: `${String(WAITING)} requests are waiting already; ask again shortly` }
    : await readBlock(vin, updateId, request, deps);
  await send(vin, updateId, request, answer, deps);
}

/** Only images that belong to this vehicle's running update are given out. */
async function readBlock(
  vin: string,
  updateId: string,
  { sha256, offset, length }: FirmwareRequest,
  { updates, catalogue }: BlockDeps,
): Promise<Answer> {
  const update = updates.get(updateId);
  if (update?.vin !== vin) {
    return { code: 'UPDATE_UNKNOWN', detail: `${vin} has no update ${updateId}` };
  }
  if (hasEnded(update.stage)) {
    return { code: 'UPDATE_ENDED', detail: `update ${updateId} is ${update.stage}` };
  }
  const images = releasesOf(update, catalogue).map(({ firmware }) => firmware.sha256);
  if (!images.includes(sha256)) {
    return { code: 'IMAGE_NOT_OF_UPDATE', detail: `${sha256} is no image of update ${updateId}` };
  }
  const artifact = catalogue.artifact(sha256);
  if (artifact === null)
    return { code: 'IMAGE_MISSING', detail: `no image ${sha256} in the store` };
  if (length === 0 || offset >= artifact.length) {
    const asked = `${String(length)} bytes at ${String(offset)}`;
    return { code: 'RANGE_INVALID', detail: `${asked} of ${String(artifact.length)}` };
  }
  try {
    const end = Math.min(offset + length, artifact.length) - 1;
    const pieces: Uint8Array[] = [];
    for await (const piece of catalogue.open(sha256, { start: offset, end })) {
      pieces.push(piece as Uint8Array);
    }
    return { totalLength: artifact.length, data: Buffer.concat(pieces) };
  } catch (error) {
    const { code, reason } = isCodedError(error)
      ? error
      : { code: 'IMAGE_UNREADABLE', reason: String(error) };
    return { code, detail: reason };
  }
}

/** Not by the outbox: a block that is lost is asked for again, and its time is short. */
async function send(
  vin: string,
  updateId: string,
  { sha256, offset, messageId }: FirmwareRequest,
  answer: Answer,
  { link, topics, clock, random, messageKey }: BlockDeps,
): Promise<void> {
  const given = 'data' in answer;
  const now = clock.now();
  const message: JsonObject = {
    sha256,
    offset,
    totalLength: given ? answer.totalLength : 0,
    data: given ? Buffer.from(answer.data).toString('base64url') : '',
    ...(given
      ? { blockSha256: createHash('sha256').update(answer.data).digest('hex') }
      : { reason: { code: answer.code, detail: answer.detail } }),
    messageId: random.uuid(),
    ...(messageId === undefined ? {} : { inReplyTo: messageId }),
    updateId,
    vin,
    sender: BACKEND,
    issuedAt: new Date(now).toISOString(),
    expires: new Date(now + BLOCK_LIFETIME_MS).toISOString(),
  };
  const signed = await signObject(message, { key: messageKey, typ: typOf('firmware_block') });
  await link.publish(topics.of('firmware_block', vin, updateId), encodePayload(signed), {
    qos: qosOf('firmware_block'),
    retain: retainOf('firmware_block'),
  });
}
