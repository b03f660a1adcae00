import type { Limits } from './types.ts';

/** When a step counts as late, and as missing where nothing came. */
export const LIMITS: Limits = {
  /** The gatekeeper only verifies and looks up; two seconds is a slow machine with a large image. */
  status: 2_000,
  /** The DCU asks the backend over HTTPS [D2] and reads its preconditions [D3]. */
  acknowledgment: 10_000,
  /** The first block or byte of a download over a slow link. */
  progress: 30_000,
  /** Between two reports: longer than the longest installation that reports nothing in between. */
  silence: 60_000,
};

/** A message that is older than this where it arrives with the retain flag tells of the past. */
export const STALE_MS = 5_000;

/** A message without `updateId` belongs to an update of its vehicle that was active this lately. */
export const FOREIGN_MS = 15 * 60_000;

/** Kept at once; the one silent for longest gives way. */
export const UPDATES_LIMIT = 500;
/** Kept of one update: every per cent of a download, several times over. */
export const ENTRIES_LIMIT = 1_000;
/** An update has three senders; whoever invents more is not followed further. */
export const SENDERS_LIMIT = 100;
