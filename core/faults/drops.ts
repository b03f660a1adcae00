import type { Link } from '#core/link';
import type { Clock } from '#core/ports';
import { isOf, type Armed, type Book, type FaultOf } from './book.ts';

/** Cuts the connection again and again, for each such fault at its own pace, until the signal. */
export function keepDropping(options: {
  link: Link;
  book: Book;
  clock: Clock;
  signal: AbortSignal;
}): void {
  const { link, book, clock, signal } = options;
  const drop = async (armed: Armed<FaultOf<'connectionDrops'>>): Promise<void> => {
    for (;;) {
      await clock.sleep(armed.fault.everyMs, signal);
      if (!book.live('connectionDrops').includes(armed)) return;
      book.strike(armed, 'active');
      link.drop();
    }
  };
  const begin = (armed: Armed): void => {
    if (isOf('connectionDrops', armed)) drop(armed).catch(() => undefined);
  };
  for (const armed of book.live('connectionDrops')) begin(armed);
  signal.addEventListener('abort', book.onAdd(begin));
}
