import { replayEntry as entryFor, type ReplayEntry } from '#core/signing';

type Rest = Parameters<typeof entryFor> extends [string, ...infer Others] ? Others : never;

/** What of a message the gatekeeper remembers it by [P4]. */
export function replayEntry(...message: Rest): ReplayEntry {
  return entryFor('gatekeeper', ...message);
}
