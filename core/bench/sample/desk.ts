import { type SampleView } from '#core/contract';
import { startAll } from '../demo.ts';
import { BenchError } from '../errors.ts';
import { createFeed, type Feed } from '../feed.ts';
import { DEMO_VIN } from '../vehicles/demo-vehicle.ts';
import { type Made } from './book.ts';
import { makeReleases, makeUpdate, makeVehicles } from './make.ts';
import { type SampleParts } from './parts.ts';
import { FINISHED, TAKEN_BACK } from './plan.ts';

type Step = Extract<SampleView, { note: unknown }>['note'];

/** Something to look at for who opens a bench for the first time; all of it real, none of it painted. */
export type SampleDesk = {
  feed: Feed<SampleView>;
  /** @throws BenchError SAMPLE_UNFIT, SAMPLE_BUSY, SAMPLE_INCOMPLETE, and what its parts refuse */
  load(): Promise<SampleView>;
  /** @throws BenchError SAMPLE_BUSY, VEHICLE_BUSY */
  remove(): Promise<{ traffic: 'cleared' | 'kept' }>;
};

export function createSampleDesk(parts: SampleParts): SampleDesk {
  const { book, feeds, catalogue, traffic } = parts;
  const feed = createFeed<SampleView>({ clock: parts.clock, key: () => 'sample' });
  let busy = false;
  const show = (): SampleView => {
    const view = viewOf(book.get());
    feed.set(view);
    return view;
  };
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy) {
      throw new BenchError('SAMPLE_BUSY', 'the sample data are being loaded or removed', {
        next: 'wait until that is done',
      });
    }
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
      show();
    }
  };

  const make = async (): Promise<void> => {
    assertOwnBroker(parts);
    let made: Made = {
      ...{ vins: [], releaseIds: [], artifacts: [], complete: false },
      captureWasEmpty: traffic.capture.bounds().count === 0,
    };
    const note = (change: Partial<Made>): void => {
      made = {
        ...made,
        vins: [...made.vins, ...(change.vins ?? [])],
        releaseIds: [...made.releaseIds, ...(change.releaseIds ?? [])],
        artifacts: [...made.artifacts, ...(change.artifacts ?? [])],
      };
      book.set(made);
    };
    const step = (name: Step): void => feed.set({ kind: 'loading', note: name });
    step('roles');
    await startAll(parts.roles);
    step('vehicles');
    await makeVehicles(parts, note);
    step('releases');
    await makeReleases(parts, note);
    step('update');
    await makeUpdate(parts, FINISHED, note);
    step('rollback');
    await makeUpdate(parts, TAKEN_BACK, note);
    book.set({ ...made, complete: true });
  };

  const takeAway = async (made: Made): Promise<'cleared' | 'kept'> => {
    const held = made.vins.find(parts.isInSession);
    if (held !== undefined) {
      throw new BenchError('VEHICLE_BUSY', `something was done in a session at ${held}`, {
        next: 'finish that session in Reports, then remove the sample data',
      });
    }
    const step = (name: Step): void => feed.set({ kind: 'removing', note: name });
    step('vehicles');
    for (const vin of made.vins) {
      await parts.vehicles.remove(vin).catch(unlessUnknown);
      for (const updateId of parts.records.forgetVehicle(vin)) feeds.updates.remove(updateId);
    }
    step('releases');
    for (const releaseId of made.releaseIds) catalogue.removeRelease(releaseId);
    const needed = new Set(catalogue.releases().map(({ firmware }) => firmware.sha256));
    for (const sha256 of made.artifacts) {
      if (!needed.has(sha256)) await catalogue.removeArtifact(sha256);
    }
    step('traffic');
    const cleared = made.captureWasEmpty && (await onlyAbout(parts, made.vins));
    if (cleared) await traffic.live.clear();
    book.set(null);
    return cleared ? 'cleared' : 'kept';
  };

  show();
  return {
    feed,
    load: () =>
      alone(async () => {
        if (book.get()?.complete === true) return show();
        const begun = book.get();
        // What an earlier try left would be in the way of this one.
        if (begun !== null) await takeAway(begun);
        await make();
        return viewOf(book.get());
      }),
    remove: () =>
      alone(async () => {
        const made = book.get();
        return { traffic: made === null ? 'kept' : await takeAway(made) };
      }),
  };
}

function viewOf(made: Made | null): SampleView {
  if (made === null) return { kind: 'none' };
  const { vins, releaseIds, complete } = made;
  return { kind: 'loaded', vins, releases: releaseIds.length, incomplete: !complete };
}

function assertOwnBroker({ settings }: SampleParts): void {
  const { externalBroker } = settings();
  if (externalBroker === null) return;
  throw new BenchError('SAMPLE_UNFIT', `this bench works at ${externalBroker.url}`, {
    next: 'use the embedded broker, or load them into a workspace of their own: ota-bench sample --workspace DIR',
  });
}

/** Somebody removed it by hand. */
function unlessUnknown(error: unknown): void {
  if (!(error instanceof BenchError) || error.code !== 'VEHICLE_UNKNOWN') throw error;
}

const TOPICS_LIMIT = 1_000;

/** Whether nothing but these vehicles was captured, and what the demo's own says when it is there. */
async function onlyAbout(parts: SampleParts, vins: readonly string[]): Promise<boolean> {
  const root = parts.settings().topicRoot;
  const { topics, total } = await parts.traffic.capture.recorder().topics({ limit: TOPICS_LIMIT });
  if (total > topics.length) return false;
  const said = ['inventory', 'presence'].map((kind) => `${root}/${DEMO_VIN}/${kind}`);
  return topics.every(
    ({ topic }) => said.includes(topic) || vins.some((vin) => topic.startsWith(`${root}/${vin}/`)),
  );
}
