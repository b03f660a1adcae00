import { type DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { storedText } from '../store.ts';

const Made = z.object({
  vins: z.array(z.string()),
  releaseIds: z.array(z.string()),
  artifacts: z.array(z.string()),
  /** Nothing was captured before. */
  captureWasEmpty: z.boolean(),
  complete: z.boolean(),
});
/** What loading the sample data made, so that removing them takes exactly that away. */
export type Made = z.infer<typeof Made>;

export type SampleBook = { get(): Made | null; set(made: Made | null): void };

/** Written before each thing is made: what a crash leaves behind can be removed all the same. */
export function openSampleBook(db: DatabaseSync): SampleBook {
  const text = storedText(db, 'sample');
  return {
    get() {
      const json = text.get();
      if (json === null) return null;
      const made = Made.safeParse(JSON.parse(json));
      return made.success ? made.data : null;
    },
    set: (made) => {
      text.set(made === null ? null : JSON.stringify(made));
    },
  };
}
