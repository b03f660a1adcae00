import type { Clock, Log } from '#core/ports';
import { messageOf } from './errors.ts';
import type { Sessions } from './sessions.ts';

/** Against a limit of days. */
const LOOK_EVERY_MS = 3_600_000;

/**
 * Discards durable sessions whose client has stayed away for too long, now and every hour.
 * MQTT 3.1.1 section 3.1.2.4 leaves it to the server for how long it keeps them.
 */
export async function expireSessions(deps: {
  sessions: Sessions;
  sessionExpiryMs: number;
  isOnline: (clientId: string) => boolean;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}): Promise<void> {
  const { sessions, clock, log, signal } = deps;
  while (!signal.aborted) {
    const expired = sessions
      .away()
      .filter(([id, leftAt]) => !deps.isOnline(id) && clock.now() - leftAt >= deps.sessionExpiryMs);
    const removed = expired.map(([clientId, leftAt]) => {
      const waiting = sessions.session(clientId)?.queue.size ?? 0;
      log('info', 'a durable session has expired', { clientId, leftAt, waiting });
      // At once in memory: nobody can take it up in between.
      return sessions.discard(clientId);
    });
    await Promise.all(removed).catch((error: unknown) => {
      log('error', 'an expired session could not be removed', { error: messageOf(error) });
    });
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}
