import { describePayload, type PayloadView } from './describe.ts';
import { pointerOf } from './pointer.ts';
import type { Tree, TreeNode } from './tree.ts';

export type Change = {
  readonly kind: 'added' | 'removed' | 'changed';
  /** JSON Pointer (RFC 6901); of duplicate members each has its own change. */
  readonly path: string;
  /** What stands there; `{…}` and `[…]` with a count for objects and arrays. */
  readonly before: string | null;
  readonly after: string | null;
};

export type PayloadDiff =
  | { readonly kind: 'same' }
  /** Both are JSON, CBOR or MessagePack. Without changes they differ in their writing only. */
  | {
      readonly kind: 'structure';
      readonly changes: readonly Change[];
      /** There are more, or the payloads are too large to be compared whole. */
      readonly cut: boolean;
    }
  | {
      readonly kind: 'bytes';
      readonly sizeBefore: number;
      readonly sizeAfter: number;
      /** Equal bytes at the beginning, and behind what differs. */
      readonly commonStart: number;
      readonly commonEnd: number;
    };

/** A person reads no more. */
const CHANGES_LIMIT = 1_000;
const SHOWN_CHARACTERS = 500;
const TREES = ['json', 'cbor', 'msgpack'] as const;

/** What changed from one payload to another. */
export function diffPayloads(before: Uint8Array, after: Uint8Array): PayloadDiff {
  if (Buffer.compare(before, after) === 0) return { kind: 'same' };
  const [first, second] = [describePayload(before).views, describePayload(after).views];
  for (const kind of TREES) {
    const [a, b] = [treeOf(first, kind), treeOf(second, kind)];
    if (a && b) return diffTrees(a, b);
  }
  return diffBytes(before, after);
}

/** Text that happens to be CBOR as well is compared as what it looks like. */
function treeOf(views: readonly PayloadView[], kind: (typeof TREES)[number]): Tree | null {
  const [view] = views;
  return view?.kind === kind && 'tree' in view ? view.tree : null;
}

type Pair = {
  readonly a: number;
  readonly b: number;
  readonly parent: Pair | null;
  readonly name: string | number;
};

/** Numbers are compared as they are written: 1.0 became 1 is a change that somebody made. */
function diffTrees(a: Tree, b: Tree): PayloadDiff {
  const changes: Change[] = [];
  let cut = a.cut || b.cut;
  const report = (pair: Pair | null, name: string | number | null, change: ShownChange): void => {
    if (changes.length >= CHANGES_LIMIT) cut = true;
    else changes.push({ path: pathOf(pair, name), ...change });
  };
  const work: Pair[] = [{ a: 0, b: 0, parent: null, name: '' }];
  for (let pair = work.pop(); pair !== undefined && !fullOf(changes); pair = work.pop()) {
    const [x, y] = [a.nodes[pair.a], b.nodes[pair.b]];
    if (!x || !y) continue;
    const containers = x.kind === y.kind && (x.end > pair.a + 1 || x.size > 0 || y.size > 0);
    if (!containers) {
      if (x.kind !== y.kind || x.text !== y.text) {
        report(pair, null, { kind: 'changed', before: shown(x), after: shown(y) });
      }
      continue;
    }
    if (x.text !== y.text) {
      report(pair, null, { kind: 'changed', before: shown(x), after: shown(y) });
    }
    const [left, right] = [childrenOf(a, pair.a), childrenOf(b, pair.b)];
    const next: Pair[] = [];
    for (const [key, child] of left) {
      const node = a.nodes[child];
      const other = right.get(key);
      if (!node) continue;
      const name = node.name ?? '';
      if (other === undefined) {
        report(pair, name, { kind: 'removed', before: shown(node), after: null });
      } else next.push({ a: child, b: other, parent: pair, name });
    }
    for (const [key, child] of right) {
      const node = b.nodes[child];
      if (!node || left.has(key)) continue;
      report(pair, node.name ?? '', { kind: 'added', before: null, after: shown(node) });
    }
    // In the order of the payload, without recursion.
    work.push(...next.reverse());
  }
  return { kind: 'structure', changes, cut: cut || work.length > 0 };
}

type ShownChange = Omit<Change, 'path'>;

function fullOf(changes: readonly Change[]): boolean {
  return changes.length >= CHANGES_LIMIT;
}

/** The first "a", the second "a", …: each of its own. */
function childrenOf(tree: Tree, parent: number): Map<string, number> {
  const children = new Map<string, number>();
  const seen = new Map<string, number>();
  const end = tree.nodes[parent]?.end ?? parent;
  for (let at = parent + 1; at < end; at = tree.nodes[at]?.end ?? end) {
    const name = String(tree.nodes[at]?.name);
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    children.set(`${String(turn)}/${name}`, at);
  }
  return children;
}

/** Written only for what is reported: 10,000 levels have 50 million names in all their paths. */
function pathOf(pair: Pair | null, last: string | number | null): string {
  const names: (string | number)[] = last === null ? [] : [last];
  for (let at = pair; at?.parent; at = at.parent) names.push(at.name);
  return pointerOf(names.reverse());
}

function shown({ kind, text, size }: TreeNode): string {
  if (kind === 'object') return `{…} ${String(size)}`;
  if (kind === 'array') return `[…] ${String(size)}`;
  if (kind === 'tag') return `tag ${text}`;
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return kind === 'string' ? JSON.stringify(cut) : cut;
}

function diffBytes(before: Uint8Array, after: Uint8Array): PayloadDiff {
  const shorter = Math.min(before.byteLength, after.byteLength);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return {
    kind: 'bytes',
    sizeBefore: before.byteLength,
    sizeAfter: after.byteLength,
    commonStart: start,
    commonEnd: end,
  };
}
