import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from '../state/connection.store.ts';
import { NOT_CONNECTED, toRefusal } from '../state/refusal.ts';
import { tellLate } from './late-refusal.tsx';

export type CommandState =
  { kind: 'idle' } | { kind: 'running' } | { kind: 'refused'; refusal: RefusalView };

export type Command<A extends unknown[]> = {
  state: CommandState;
  /** Runs it unless it runs already. True when it was done. */
  run: (...args: A) => Promise<boolean>;
  dismiss: () => void;
};

type Run<A extends unknown[]> = (client: Client, ...args: A) => Promise<unknown>;
/** Where the button stands. */
type Place = { isShown: boolean; isRunning: boolean };
type Told = { show: (state: CommandState) => void; late: (refusal: RefusalView) => void };

/** What is only looked at interests nobody who went away; a command does. */
const looking = (): void => undefined;

/** One command to the core with what a button needs: busy while it runs, its refusal after. */
export function useCommand<A extends unknown[]>(
  command: Run<A>,
  kind: 'command' | 'look' = 'command',
): Command<A> {
  const [state, setState] = useState<CommandState>({ kind: 'idle' });
  const place = useRef<Place>({ isShown: true, isRunning: false });
  useEffect(() => {
    const { current } = place;
    current.isShown = true;
    return () => {
      current.isShown = false;
    };
  }, []);
  const late = kind === 'look' ? looking : tellLate;
  const run = useCallback(
    (...args: A) => runIn(place.current, command, args, { show: setState, late }),
    [command, late],
  );
  const dismiss = useCallback(() => {
    setState({ kind: 'idle' });
  }, []);
  return { state, run, dismiss };
}

/** A refusal that comes when the button is gone, closed or left for another screen, is told `late`. */
export async function runIn<A extends unknown[]>(
  place: Place,
  command: Run<A>,
  args: A,
  { show, late }: Told,
): Promise<boolean> {
  // A double click comes before React has drawn the first.
  if (place.isRunning) return false;
  const connection = useConnection.getState().state;
  if (connection.kind !== 'up') {
    show({ kind: 'refused', refusal: NOT_CONNECTED });
    return false;
  }
  place.isRunning = true;
  show({ kind: 'running' });
  try {
    await command(connection.client, ...args);
    show({ kind: 'idle' });
    return true;
  } catch (error) {
    const refusal = toRefusal(error);
    if (place.isShown) show({ kind: 'refused', refusal });
    else late(refusal);
    return false;
  } finally {
    place.isRunning = false;
  }
}
