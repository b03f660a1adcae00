/*
 * A list as long as one likes in a box of bounded height. Browsers end an element near 33 million
 * pixels; ten million rows of 26 would be 260 million. So the scroll range is capped, and a
 * place in the list is kept apart from the place of the scroll bar: a turn of the wheel moves the
 * list by its own pixels, a pull at the bar moves it by its share.
 */

/** Well below where any browser ends an element, and fine enough for every screen's bar. */
export const RANGE_LIMIT_PX = 8_000_000;

export type LongScroll = {
  readonly rows: number;
  readonly rowPx: number;
  /** Height of what is seen, CSS pixels. */
  readonly viewPx: number;
  /** First pixel seen, of the whole list. */
  readonly top: number;
  /** Where the bar was last seen or put. */
  readonly barTop: number;
};

export const noScroll: LongScroll = { rows: 0, rowPx: 26, viewPx: 0, top: 0, barTop: 0 };

/** Height of the element that is scrolled. */
export function rangePx(scroll: LongScroll): number {
  return Math.min(RANGE_LIMIT_PX, Math.max(scroll.viewPx, scroll.rows * scroll.rowPx));
}

/** The largest `top`. */
export function topLimit({ rows, rowPx, viewPx }: LongScroll): number {
  return Math.max(0, rows * rowPx - viewPx);
}

function barLimit(scroll: LongScroll): number {
  return Math.max(0, rangePx(scroll) - scroll.viewPx);
}

/** List pixels for each pixel of the bar; 1 until the list outgrows the range. */
function ratio(scroll: LongScroll): number {
  const bar = barLimit(scroll);
  return bar === 0 ? 1 : Math.max(1, topLimit(scroll) / bar);
}

/** The bar is at `barTop` now: a person moved it. */
export function onBar(scroll: LongScroll, barTop: number): LongScroll {
  const moved = barTop - scroll.barTop;
  if (moved === 0) return scroll;
  const scale = ratio(scroll);
  const limit = topLimit(scroll);
  const ends = barTop <= 0 ? 0 : barTop >= barLimit(scroll) - 1 ? limit : null;
  // Less than a view is a wheel, a key or a finger; more is the bar itself.
  const fine = scale > 1 && Math.abs(moved) <= scroll.viewPx;
  const top = ends ?? (fine ? scroll.top + moved : barTop * scale);
  return { ...scroll, barTop, top: Math.min(limit, Math.max(0, top)) };
}

/** Goes to a pixel of the list; `barTop` of the answer is where the bar has to be put. */
export function toTop(scroll: LongScroll, top: number): LongScroll {
  const kept = Math.min(topLimit(scroll), Math.max(0, top));
  return { ...scroll, top: kept, barTop: Math.round(kept / ratio(scroll)) };
}

/** The list or the box has another size; what is seen stays where that is possible. */
export function resized(
  scroll: LongScroll,
  size: { readonly rows?: number; readonly viewPx?: number },
): LongScroll {
  return toTop({ ...scroll, ...size }, scroll.top);
}

/** The bar belongs to `top`; wheels shift the two against each other until somebody seats them. */
export function seated(scroll: LongScroll): LongScroll {
  return toTop(scroll, scroll.top);
}

export type Window = {
  /** The first row of which something is seen, and one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Where the first one begins, at or above the upper edge: 0 or less. */
  readonly offsetPx: number;
};

/** The rows that are seen. */
export function windowOf({ rows, rowPx, viewPx, top }: LongScroll): Window {
  const first = Math.min(Math.max(0, rows - 1), Math.floor(top / rowPx));
  const end = Math.min(rows, Math.ceil((top + viewPx) / rowPx));
  return { first, end: Math.max(first, end), offsetPx: first * rowPx - top };
}

/** So that row `index` is whole in view; unchanged where it is. */
export function toRow(scroll: LongScroll, index: number): LongScroll {
  const from = index * scroll.rowPx;
  if (from < scroll.top) return toTop(scroll, from);
  if (from + scroll.rowPx > scroll.top + scroll.viewPx) {
    return toTop(scroll, from + scroll.rowPx - scroll.viewPx);
  }
  return scroll;
}
