/** Ascending ids, appended at the end and never changed: a million of them are 8 MB. */
export interface IdList {
  readonly length: number;
  /** The largest, or -1. */
  readonly last: number;
  at(index: number): number | undefined;
  /** Only ids above `last` are taken. */
  push(id: number): void;
  /** How many are at most `id`. */
  upTo(id: number): number;
}

const FIRST_SIZE = 1_024;

export function createIdList(): IdList {
  let ids = new Float64Array(FIRST_SIZE);
  let length = 0;
  const last = (): number => (length === 0 ? -1 : (ids[length - 1] ?? -1));
  return {
    get length() {
      return length;
    },
    get last() {
      return last();
    },
    at: (index) => (index >= 0 && index < length ? ids[index] : undefined),
    push(id) {
      if (id <= last()) return;
      if (length === ids.length) {
        const larger = new Float64Array(length * 2);
        larger.set(ids);
        ids = larger;
      }
      ids[length] = id;
      length += 1;
    },
    upTo(id) {
      let [low, high] = [0, length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((ids[middle] ?? 0) <= id) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
