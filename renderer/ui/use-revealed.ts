import { useCallback, useRef, useState } from 'react';
import type { Client } from '../connect.ts';
import { useCommand, type CommandState } from './use-command.ts';

/** Whether a person wants to see it, which the answer to an earlier wish does not know. */
export type Wish = {
  isWanted: boolean;
  /** How often it was asked for: what was read before the last time may be another by now. */
  times: number;
};

export type Revealed<T> = {
  /** Null while it is hidden. */
  shown: T | null;
  state: CommandState;
  dismiss: () => void;
  reveal: () => void;
  hide: () => void;
  /** Reads it anew where it is to be seen still. */
  refresh: () => void;
};

/** A secret that is read when somebody wants to see it, and seen until it is hidden. */
export function useRevealed<T>(read: (client: Client) => Promise<T>): Revealed<T> {
  const [shown, setShown] = useState<T | null>(null);
  const wish = useRef<Wish>({ isWanted: false, times: 0 });
  const { state, run, dismiss } = useCommand(
    useCallback((client: Client) => readWanted(wish.current, () => read(client), setShown), [read]),
    'look',
  );
  const refresh = useCallback(() => {
    wish.current.times += 1;
    if (wish.current.isWanted) void run();
  }, [run]);
  const reveal = useCallback(() => {
    wish.current.isWanted = true;
    refresh();
  }, [refresh]);
  const hide = useCallback(() => {
    wish.current.isWanted = false;
    setShown(null);
  }, []);
  return { shown, state, dismiss, reveal, hide, refresh };
}

/** An answer that comes after it was hidden shows nothing, and one that is outdated is not the last. */
export async function readWanted<T>(
  wish: Wish,
  read: () => Promise<T>,
  show: (value: T) => void,
): Promise<void> {
  let asked: number;
  let value: T;
  do {
    asked = wish.times;
    value = await read();
  } while (wish.isWanted && wish.times !== asked);
  if (wish.isWanted) show(value);
}
