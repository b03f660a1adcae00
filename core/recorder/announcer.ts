import type { Log } from '#core/ports';

export interface Announcer<T> {
  tell(value: T): void;
  /** Returns its undo. */
  readonly listen: (listener: (value: T) => void) => () => void;
}

/** Tells everybody, also when one of them fails. */
export function createAnnouncer<T>(log: Log): Announcer<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    tell(value) {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          log('error', 'a reader of the recorder failed', { error });
        }
      }
    },
    listen: (listener) => {
      const own = (value: T): void => {
        listener(value);
      };
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
