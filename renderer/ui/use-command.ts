import { useCallback, useRef, useState } from 'react';
import type { RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from '../state/connection.store.ts';
import { NOT_CONNECTED, toRefusal } from '../state/refusal.ts';

export type CommandState =
  { kind: 'idle' } | { kind: 'running' } | { kind: 'refused'; refusal: RefusalView };

export type Command<A extends unknown[]> = {
  state: CommandState;
  /** Runs it unless it runs already. True when it was done. */
  run: (...args: A) => Promise<boolean>;
  dismiss: () => void;
};

/** One command to the core with what a button needs: busy while it runs, its refusal after. */
export function useCommand<A extends unknown[]>(
  command: (client: Client, ...args: A) => Promise<unknown>,
): Command<A> {
  const [state, setState] = useState<CommandState>({ kind: 'idle' });
  const running = useRef(false);
  const run = useCallback(
    async (...args: A): Promise<boolean> => {
      // A double click comes before React has drawn the first.
      if (running.current) return false;
      const connection = useConnection.getState().state;
      if (connection.kind !== 'up') {
        setState({ kind: 'refused', refusal: NOT_CONNECTED });
        return false;
      }
      running.current = true;
      setState({ kind: 'running' });
      try {
        await command(connection.client, ...args);
        setState({ kind: 'idle' });
        return true;
      } catch (error) {
        setState({ kind: 'refused', refusal: toRefusal(error) });
        return false;
      } finally {
        running.current = false;
      }
    },
    [command],
  );
  const dismiss = useCallback(() => {
    setState({ kind: 'idle' });
  }, []);
  return { state, run, dismiss };
}
