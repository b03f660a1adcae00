export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string };

/** Beyond this product of lines, the table is not worth its memory; it is cut in two first. */
const TABLE_LIMIT = 1_000_000;

/** What turns one text into the other, line by line, by their longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  return between(linesOf(before), linesOf(after));
}

function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** Near the middle, a line that each side has once: there the two are cut and compared in parts. */
function anchorOf(a: readonly string[], b: readonly string[]): [number, number] | null {
  const inA = onlyPlaces(a);
  const inB = onlyPlaces(b);
  const half = a.length / 2;
  let best: [number, number] | null = null;
  for (const [text, row] of inA) {
    const column = inB.get(text);
    if (row < 1 || column === undefined || column < 1) continue;
    if (best === null || Math.abs(row - half) < Math.abs(best[0] - half)) best = [row, column];
  }
  return best;
}

/** Each line that occurs once, with its place. */
function onlyPlaces(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const twice = new Set<string>();
  lines.forEach((line, index) => {
    if (places.has(line)) twice.add(line);
    else places.set(line, index);
  });
  for (const line of twice) places.delete(line);
  return places;
}

/** A text's lines; the end of the last line is not one more. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (a.length * b.length > TABLE_LIMIT) {
    const anchor = anchorOf(a, b);
    if (anchor === null) return [...a.map(removed), ...b.map(added)];
    const [row, column] = anchor;
    return [
      ...between(a.slice(0, row), b.slice(0, column)),
      ...between(a.slice(row), b.slice(column)),
    ];
  }
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1) {
    for (let column = b.length - 1; column >= 0; column -= 1) {
      longest[row * width + column] =
        a[row] === b[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const diff: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < a.length || column < b.length) {
    const [mine, theirs] = [a[row], b[column]];
    if (mine !== undefined && mine === theirs) {
      diff.push({ kind: 'same', text: mine });
      row += 1;
      column += 1;
    } else if (
      mine !== undefined &&
      (theirs === undefined || at(row + 1, column) >= at(row, column + 1))
    ) {
      diff.push(removed(mine));
      row += 1;
    } else if (theirs !== undefined) {
      diff.push(added(theirs));
      column += 1;
    }
  }
  return diff;
}
