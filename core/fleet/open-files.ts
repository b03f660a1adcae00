import { FleetError } from './errors.ts';

/** What a process holds open besides its connections: database, log, runtime. */
const BESIDES = 64;

/**
 * Every connection is an open file. Asked before the first one, since running out half-way looks
 * like a broker that fails.
 *
 * @param limit of this process; null where the system has none
 * @throws FleetError OPEN_FILES_LIMIT
 */
export function checkOpenFiles(
  vehicles: number,
  limit: number | null,
  connectionsEach: number,
): void {
  const needed = vehicles * connectionsEach + BESIDES;
  if (limit === null || needed <= limit) return;
  const most = Math.max(0, Math.floor((limit - BESIDES) / connectionsEach));
  throw new FleetError(
    'OPEN_FILES_LIMIT',
    `${String(vehicles)} vehicles need ${String(needed)} open files, this process may have ${String(limit)}`,
    {
      next: `raise the limit (ulimit -n ${String(needed)}) and start again, or take ${String(most)} vehicles at most`,
    },
  );
}
