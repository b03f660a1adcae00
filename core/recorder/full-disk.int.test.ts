import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { canMount, fixedClock, smallDisk } from '#core/testing';
import { openRecorder, type RecorderState, type TrafficEvent } from './index.ts';

it.runIf(canMount)(
  'a full disk stops the recording with a notice, counts what is missing, and resumes on command',
  async () => {
    const disk = await smallDisk(24);
    onTestFinished(disk.remove);
    const ballast = disk.join('ballast');
    writeFileSync(ballast, new Uint8Array(12 * 1_048_576));

    const recorder = await openRecorder({
      file: disk.join('traffic.db'),
      clock: fixedClock(),
    });
    onTestFinished(() => recorder.close());
    const states: RecorderState[] = [];
    recorder.onState((state) => states.push(state));
    const aPublish = (): TrafficEvent => ({
      kind: 'publish',
      at: 1,
      clientId: 'c',
      topic: 't',
      payload: randomBytes(100_000),
    });
    let added = 0;
    const addAll = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) {
        recorder.add(aPublish());
        added += 1;
        if (n % 5 === 4) await recorder.flush();
      }
      await recorder.flush();
    };

    await addAll(150);
    expect(states).toMatchObject([{ kind: 'stopped', why: { code: 'CAPTURE_DISK_FULL' } }]);
    const full = recorder.counts();
    expect(full).toMatchObject({ added: 150, waiting: 0 });
    expect(full.captured).toBeGreaterThan(5);
    expect(full.dropped).toMatchObject({
      stopped: 150 - full.captured,
      total: 150 - full.captured,
    });

    // Everything else runs on: what is there can be read.
    const held = await recorder.page({ order: 'newest', limit: 150 });
    expect(held.rows).toHaveLength(full.captured);
    await addAll(10);
    expect(recorder.counts().captured).toBe(full.captured);

    await expect(recorder.resume()).rejects.toMatchObject({ code: 'CAPTURE_DISK_FULL' });
    expect(recorder.state().kind).toBe('stopped');

    rmSync(ballast);
    await recorder.resume();
    expect(recorder.state()).toEqual({ kind: 'recording' });
    await addAll(10);
    expect(recorder.counts()).toMatchObject({
      added,
      captured: full.captured + 10,
      waiting: 0,
      dropped: { total: added - full.captured - 10 },
    });
    expect((await recorder.bounds()).count).toBe(full.captured + 10);
    expect((await recorder.topics({ limit: 1 })).topics[0]?.count).toBe(full.captured + 10);
  },
);
