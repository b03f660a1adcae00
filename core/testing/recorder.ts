import {
  openRecorder,
  type Recorder,
  type RecorderOptions,
  type TrafficEvent,
} from '#core/recorder';
import { fixedClock, type FixedClock } from './clock.ts';
import { tempDir, type TempDir } from './temp.ts';

/** A folder and a clock for recorders; what was opened in it is closed with it. */
export type RecorderSite = {
  readonly dir: TempDir;
  readonly clock: FixedClock;
  /** On `traffic.db` of the folder. */
  opened(options?: Partial<RecorderOptions>): Promise<Recorder>;
  aPublish(topic: string, payload?: string | Uint8Array): TrafficEvent;
  close(): Promise<void>;
};

export async function openRecorderSite(): Promise<RecorderSite> {
  const dir = await tempDir();
  const clock = fixedClock();
  const open: Recorder[] = [];
  return {
    dir,
    clock,
    async opened(options = {}) {
      const recorder = await openRecorder({ file: dir.join('traffic.db'), clock, ...options });
      open.push(recorder);
      return recorder;
    },
    aPublish: (topic, payload = '{}') => ({
      kind: 'publish',
      at: clock.now(),
      clientId: 'a',
      topic,
      payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
      qos: 1,
    }),
    async close() {
      for (const recorder of open.toReversed()) await recorder.close();
      await dir.remove();
    },
  };
}
