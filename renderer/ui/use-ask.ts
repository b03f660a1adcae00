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
  again: () => void;
} {
  const connection = useConnection((store) => store.state);
  const [answer, setAnswer] = useState<Answer<T>>({ kind: 'asking' });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (connection.kind !== 'up' || ask === null) return undefined;
    // A later question's answer may come first.
    let outdated = false;
    ask(connection.client).then(
      (value) => {
        if (!outdated) setAnswer({ kind: 'told', value });
      },
      (error: unknown) => {
        if (!outdated) setAnswer({ kind: 'refused', refusal: toRefusal(error) });
      },
    );
    return () => {
      outdated = true;
    };
  }, [ask, connection, times]);
  const again = useCallback(() => {
    setTimes((before) => before + 1);
  }, []);
  return { answer, again };
}
