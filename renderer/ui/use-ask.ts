import { useCallback, useEffect, useState } from 'react';
import type { RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from '../state/connection.store.ts';
import { toRefusal } from '../state/refusal.ts';

export type Answer<T> =
  { kind: 'asking' } | { kind: 'told'; value: T } | { kind: 'refused'; refusal: RefusalView };

/**
 * One question to the core, asked again whenever `ask` or the connection changes. What was told
 * before stays until the next answer is there; nothing is asked where `ask` is null.
 */
export function useAsk<T>(ask: ((client: Client) => Promise<T>) | null): {
  answer: Answer<T>;
  /** It answers what is asked now, not what was asked before it. */
  isCurrent: boolean;
  again: () => void;
} {
  const connection = useConnection((store) => store.state);
  const [held, setHeld] = useState<{ of: typeof ask; answer: Answer<T> }>({
    ...{ of: ask, answer: { kind: 'asking' } },
  });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (connection.kind !== 'up' || ask === null) return undefined;
    // A later question's answer may come first.
    let outdated = false;
    ask(connection.client).then(
      (value) => {
        if (!outdated) setHeld({ of: ask, answer: { kind: 'told', value } });
      },
      (error: unknown) => {
        if (!outdated) {
          setHeld({ of: ask, answer: { kind: 'refused', refusal: toRefusal(error) } });
        }
      },
    );
    return () => {
      outdated = true;
    };
  }, [ask, connection, times]);
  const again = useCallback(() => {
    setTimes((before) => before + 1);
  }, []);
  return { answer: held.answer, isCurrent: held.of === ask, again };
}
