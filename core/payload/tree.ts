export type NodeKind =
  | 'object'
  | 'array'
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  | 'undefined'
  | 'bytes'
  /** A tag of CBOR; what it marks is its one child. */
  | 'tag'
  /** An extension of MessagePack, times among them: its type, then its bytes as hex. */
  | 'extension';

/** A value in its place. Parents come before their children, so a list is drawn as it stands. */
export type TreeNode = {
  /** 0 for the whole payload. */
  readonly depth: number;
  /** Member name or index in its parent; null for the whole payload. */
  readonly name: string | number | null;
  readonly kind: NodeKind;
  /**
   * Numbers as the payload has them, every digit; text decoded; bytes as hex; empty for objects
   * and arrays.
   */
  readonly text: string;
  /** Members or items, as far as was looked; 0 for values. */
  readonly size: number;
  /** Index in the list behind the last node inside this one. */
  readonly end: number;
  /** A member of this name came before in the same object. */
  readonly duplicate: boolean;
  /** Where it begins: characters in JSON, bytes in CBOR; 0 where that is not known. */
  readonly at: number;
};

/** A list rather than nested objects: 10,000 levels need no recursion to build, send or draw. */
export type Tree = {
  readonly nodes: readonly TreeNode[];
  /** There are more nodes than were asked for. */
  readonly cut: boolean;
};

/** More than a person scrolls through; about 20 MB. Callers may ask for more. */
export const NODES_LIMIT = 100_000;
/** Ten times what our own messages are tested with; what is deeper is made to exhaust its reader. */
const DEPTH_LIMIT = 100_000;
/** Values that are looked at, a fraction of a second's work; behind them the tree is cut. */
const LOOK_LIMIT = 500_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Open = { readonly node: Mutable<TreeNode>; readonly names: Set<string> | null };

/** Stands for every object and array that is not shown. */
const UNSEEN: Open = {
  node: {
    ...{ depth: 0, name: null, kind: 'array', text: '', size: 0, end: 0, duplicate: false, at: 0 },
  },
  names: null,
};

export type Leaf = { readonly kind: NodeKind; readonly text: string; readonly at: number };

/** Collects a tree from values in their order. */
export interface TreeBuilder {
  /** The name which the next value has; without it, an index is counted in arrays. */
  name(name: string): void;
  leaf(leaf: Leaf): void;
  open(kind: 'object' | 'array' | 'tag' | 'extension', at: number, text?: string): void;
  close(): void;
  /** Enough was looked at: the reader may stop here, and the tree is cut. */
  readonly isSpent: boolean;
  /** As many are open as may be: what opens another is read as nothing. */
  readonly isDeep: boolean;
  tree(): Tree;
}

export function createTreeBuilder(limit: number): TreeBuilder {
  const nodes: Mutable<TreeNode>[] = [];
  const stack: Open[] = [];
  let next: string | null = null;
  let cut = false;
  let looked = 0;

  const add = ({ kind, text, at }: Leaf): Mutable<TreeNode> | null => {
    const parent = stack.at(-1);
    looked += 1;
    if (nodes.length >= limit) {
      // Only counted: neither a node nor a name is kept of what is not shown.
      cut = true;
      next = null;
      if (parent) parent.node.size += 1;
      return null;
    }
    const name = parent === undefined ? null : (next ?? parent.node.size);
    next = null;
    const node: Mutable<TreeNode> = {
      depth: stack.length,
      name,
      kind,
      text,
      size: 0,
      end: nodes.length + 1,
      duplicate: typeof name === 'string' && parent?.names?.has(name) === true,
      at,
    };
    if (parent) {
      parent.node.size += 1;
      if (typeof name === 'string') parent.names?.add(name);
    }
    nodes.push(node);
    return node;
  };

  return {
    name(name) {
      next = name;
    },
    leaf(leaf) {
      add(leaf);
    },
    open(kind, at, text = '') {
      const node = add({ kind, text, at });
      stack.push(node ? { node, names: kind === 'object' ? new Set() : null } : UNSEEN);
    },
    close() {
      const closed = stack.pop();
      if (closed) closed.node.end = nodes.length;
    },
    get isSpent() {
      return looked >= Math.max(limit, LOOK_LIMIT);
    },
    get isDeep() {
      return stack.length >= DEPTH_LIMIT;
    },
    tree: () => ({ nodes, cut: cut || looked >= Math.max(limit, LOOK_LIMIT) }),
  };
}
