import { type UpdateView } from '#core/contract';
import { type Clock } from '#core/ports';
import { type BenchClient } from '../client.ts';
import { refusalOf } from '../errors.ts';

export type CampaignPlan = {
  readonly vins: readonly string[];
  readonly ecuId: string;
  readonly artifact: { readonly sha256: string; readonly name: string };
  readonly version: string;
  readonly description: string;
  /** Updates on their way at once. */
  readonly atOnce: number;
};

/** The backend's own account: what became of the updates it published. */
export type CampaignCounts = {
  published: number;
  completed: number;
  refused: number;
  failed: number;
  rolled_back: number;
  cancelled: number;
  /** Nothing was heard of them for so long that they are given up. */
  silent: number;
};

/** A vehicle whose inventory is still on its way to the backend. */
const INVENTORY_WAIT_MS = 60_000;
const INVENTORY_RETRY_MS = 250;
/** Longer than any of the vehicle's own waits for a block or an answer. */
const SILENCE_LIMIT_MS = 120_000;
const LOOK_MS = 1_000;

/** Publishes one update to each of many vehicles, some at a time, and follows all to their ends. */
export async function runCampaign(
  client: BenchClient,
  plan: CampaignPlan,
  ports: { clock: Clock; signal: AbortSignal; onCounts: (counts: CampaignCounts) => void },
): Promise<CampaignCounts> {
  const { clock, onCounts } = ports;
  const counts = blank();
  const done = new AbortController();
  const signal = AbortSignal.any([ports.signal, done.signal]);
  /** When each one on its way was last heard of. */
  const open = new Map<string, number>();
  const ended = new Set<string>();
  let room = Promise.withResolvers<undefined>();

  const end = (updateId: string, how: Exclude<keyof CampaignCounts, 'published'>): void => {
    if (ended.has(updateId)) return;
    ended.add(updateId);
    open.delete(updateId);
    counts[how] += 1;
    onCounts({ ...counts });
    room.resolve(undefined);
    room = Promise.withResolvers();
  };
  const hear = (update: UpdateView): void => {
    const how = endOf(update);
    if (how === null) {
      if (!ended.has(update.updateId)) open.set(update.updateId, clock.monotonic());
    } else end(update.updateId, how);
  };
  const follow = async (): Promise<void> => {
    for await (const frame of await client.updates.watch(undefined, { signal })) {
      // Of those that an earlier campaign published only news is of interest.
      if (frame.kind === 'snapshot') continue;
      for (const update of frame.upserts) hear(update);
    }
  };
  const giveUpSilent = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(LOOK_MS, signal);
      const limit = clock.monotonic() - SILENCE_LIMIT_MS;
      for (const [updateId, heard] of open) if (heard < limit) end(updateId, 'silent');
    }
  };

  const ignoreEnd = (error: unknown): void => {
    if (!signal.aborted) throw error;
  };
  const watching = Promise.all([follow().catch(ignoreEnd), giveUpSilent().catch(ignoreEnd)]);
  const publishing = async (): Promise<void> => {
    for (const vin of plan.vins) {
      while (open.size >= plan.atOnce) await orAborted(room.promise, signal);
      const updateId = await publishOne(client, plan, vin, clock, signal);
      if (!ended.has(updateId)) open.set(updateId, clock.monotonic());
      counts.published += 1;
    }
    while (ended.size < counts.published) await orAborted(room.promise, signal);
  };
  try {
    // Whichever fails first; the watching ends by itself only when it fails.
    await Promise.race([publishing(), watching.then(() => new Promise<never>(() => undefined))]);
  } finally {
    done.abort();
    await watching.catch(() => undefined);
  }
  return counts;
}

async function publishOne(
  client: BenchClient,
  { ecuId, artifact, version, description }: CampaignPlan,
  vin: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const limit = clock.monotonic() + INVENTORY_WAIT_MS;
  for (;;) {
    signal.throwIfAborted();
    try {
      const draft = {
        ...{ vin, ecuId, version, description },
        artifactSha256: artifact.sha256,
        artifactName: artifact.name,
      };
      const { composedId } = await client.updates.compose({ draft });
      const { updateId } = await client.updates.publish({ composedId });
      return updateId;
    } catch (error) {
      const { code } = refusalOf(error);
      if (code !== 'VEHICLE_UNKNOWN' || clock.monotonic() > limit) throw error;
      await clock.sleep(INVENTORY_RETRY_MS, signal);
    }
  }
}

/** How it ended; null while it may still move. What was written and failed is taken back next. */
function endOf({ stage, steps }: UpdateView): Exclude<keyof CampaignCounts, 'published'> | null {
  switch (stage) {
    case 'completed':
    case 'refused':
    case 'rolled_back':
    case 'cancelled':
      return stage;
    case 'failed':
      return steps.some((step) => step.stage === 'installing') ? null : 'failed';
    default:
      return null;
  }
}

function blank(): CampaignCounts {
  return {
    published: 0,
    completed: 0,
    refused: 0,
    failed: 0,
    rolled_back: 0,
    cancelled: 0,
    silent: 0,
  };
}

function orAborted(wait: Promise<undefined>, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void wait.then((value) => {
      signal.removeEventListener('abort', onAbort);
      resolve(value);
    });
  });
}
