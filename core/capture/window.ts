import type { Qos } from '#core/link';

/**
 * Publishes on their way to the broker. A broker takes QoS 0 and 1 as they arrive, but QoS 2 only
 * with PUBREL: what follows one of those with another QoS waits, or it would overtake. (MQTT
 * itself promises order within one QoS only, section 4.6; `limit` 1 relies on nothing.)
 */
export interface Window {
  /** Resolves when one more of this QoS may go. Rejects with the first failure or the signal's reason. */
  room(qos: Qos, signal: AbortSignal): Promise<void>;
  add(qos: Qos, publishing: Promise<void>): void;
  /** Resolves when nothing is on its way. */
  empty(): Promise<void>;
  /** Why the first publish failed; null while none has. */
  readonly failure: Error | null;
}

export function createWindow(limit: number, onFailure: (error: Error) => void): Window {
  const waiting = new Set<() => void>();
  let count = 0;
  let current: Qos | null = null;
  let failure: Error | null = null;

  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const change = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done, { once: true });
      waiting.add(done);
    });

  return {
    async room(qos, signal) {
      for (;;) {
        if (failure !== null) throw failure;
        signal.throwIfAborted();
        const overtakes = current === 2 && qos !== 2;
        if (count === 0 || (!overtakes && count < limit)) return;
        await change(signal);
      }
    },
    add(qos, publishing) {
      current = qos;
      count += 1;
      const settled = (): void => {
        count -= 1;
        wake();
      };
      publishing.then(settled, (error: unknown) => {
        const first = failure === null;
        failure ??= error instanceof Error ? error : new Error(String(error));
        settled();
        if (first) onFailure(failure);
      });
    },
    async empty() {
      while (count > 0) await change();
    },
    get failure() {
      return failure;
    },
  };
}
