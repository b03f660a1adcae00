import {
  noScroll,
  onBar,
  rangePx,
  resized,
  seated,
  toRow,
  toTop,
  topLimit,
  windowOf,
  type LongScroll,
} from '../../state/long-scroll.ts';
import {
  messages,
  onRows,
  holdTraffic,
  releaseTraffic,
  useTraffic,
} from '../../state/traffic.store.ts';
import { createRowPool, type Placed } from './row-pool.ts';

const ROW_PX = 26;
/** Closer than this to the live end counts as being there. */
const END_PX = ROW_PX / 2;
/** The bar is put right once nobody has turned a wheel for this long. */
const SETTLED_MS = 200;

export type LiveParts = {
  readonly scroller: HTMLElement;
  readonly space: HTMLElement;
  readonly view: HTMLElement;
  readonly pool: HTMLElement;
};

export interface LiveRows {
  /** Brings a row into view. */
  reveal(index: number): void;
  /** One view on or back, or to an end. */
  turn(pages: number): void;
  close(): void;
}

/**
 * Draws the rows that are seen, at most once a frame, whatever happens how often. React knows
 * nothing of it: it made the boxes and hears of what is selected.
 */
export function openLiveRows({ scroller, space, view, pool: box }: LiveParts): LiveRows {
  const pool = createRowPool(box, ROW_PX);
  let scroll: LongScroll = { ...noScroll, rowPx: ROW_PX };
  let frame: number | null = null;
  let settling: ReturnType<typeof setTimeout> | null = null;
  let range = 0;
  /** The row at the upper edge: held lists keep it where it is when rows come or leave. */
  let anchor: { id: number; offsetPx: number } | null = null;
  /** Where we put the bar ourselves: its event is no person's doing. */
  let putAt: number | null = null;

  const atLiveEnd = (): boolean =>
    messages.order === 'newest' ? scroll.top <= END_PX : topLimit(scroll) - scroll.top <= END_PX;

  const place = (): void => {
    const { count, hold, order } = messages;
    scroll = resized(scroll, { rows: count });
    if (hold.kind === 'live') {
      scroll = toTop(scroll, order === 'newest' ? 0 : topLimit(scroll));
    } else if (anchor !== null && messages.idAt(windowOf(scroll).first) !== anchor.id) {
      scroll = toTop(scroll, messages.indexOf(anchor.id) * ROW_PX - anchor.offsetPx);
    }
  };

  const putBar = (): void => {
    const now = rangePx(scroll);
    if (now !== range) {
      range = now;
      space.style.height = `${String(now)}px`;
    }
    if (Math.abs(scroller.scrollTop - scroll.barTop) < 1) return;
    scroller.scrollTop = scroll.barTop;
    putAt = scroller.scrollTop;
  };

  const draw = (): void => {
    frame = null;
    place();
    if (settling === null) putBar();
    const { first, end, offsetPx } = windowOf(scroll);
    messages.want(first, end);
    const placed: Placed[] = [];
    for (let index = first; index < end; index += 1) {
      const row = messages.rowAt(index);
      placed.push({ row, marked: row?.marked ?? false });
    }
    pool.draw(placed, offsetPx, useTraffic.getState().selectedId);
    const id = messages.idAt(first);
    anchor = id === undefined ? null : { id, offsetPx };
  };
  const soon = (): void => {
    frame ??= requestAnimationFrame(draw);
  };

  const onScroll = (): void => {
    const barTop = scroller.scrollTop;
    if (putAt !== null && Math.abs(barTop - putAt) < 1) {
      putAt = null;
      return;
    }
    putAt = null;
    scroll = onBar(scroll, barTop);
    anchor = null;
    if (settling !== null) clearTimeout(settling);
    settling = setTimeout(() => {
      settling = null;
      scroll = seated(scroll);
      soon();
    }, SETTLED_MS);
    const { hold } = messages;
    if (hold.kind === 'live' && !atLiveEnd()) holdTraffic('scroll');
    else if (hold.kind === 'held' && hold.by === 'scroll' && atLiveEnd()) releaseTraffic();
    soon();
  };

  const measure = (): void => {
    const viewPx = scroller.clientHeight;
    view.style.height = `${String(viewPx)}px`;
    scroll = resized(scroll, { viewPx });
  };
  const sizes = new ResizeObserver(() => {
    measure();
    soon();
  });
  sizes.observe(scroller);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  const undoRows = onRows(soon);
  const undoStore = useTraffic.subscribe((now, before) => {
    if (now.selectedId !== before.selectedId) soon();
  });
  // What is at hand comes with the screen, not a frame or two after it.
  measure();
  draw();

  const go = (next: LongScroll): void => {
    if (next === scroll) return;
    scroll = next;
    anchor = null;
    if (messages.hold.kind === 'live' && !atLiveEnd()) holdTraffic('scroll');
    soon();
  };

  return {
    reveal(index) {
      if (messages.hold.kind === 'live') holdTraffic('scroll');
      go(toRow(scroll, index));
    },
    turn(pages) {
      go(toTop(scroll, scroll.top + pages * (scroll.viewPx - ROW_PX)));
      if (messages.hold.kind === 'held' && messages.hold.by === 'scroll' && atLiveEnd())
        releaseTraffic();
    },
    close() {
      sizes.disconnect();
      scroller.removeEventListener('scroll', onScroll);
      undoRows();
      undoStore();
      if (frame !== null) cancelAnimationFrame(frame);
      if (settling !== null) clearTimeout(settling);
      box.replaceChildren();
    },
  };
}
