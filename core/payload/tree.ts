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
  /** Members or items; 0 for values. */
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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Open = { readonly node: Mutable<TreeNode>; readonly names: Set<string> | null };

export type Leaf = { readonly kind: NodeKind; readonly text: string; readonly at: number };

/** Collects a tree from values in their order. */
export interface TreeBuilder {
  /** The name which the next value has; without it, an index is counted in arrays. */
  name(name: string): void;
  leaf(leaf: Leaf): void;
  open(kind: 'object' | 'array' | 'tag' | 'extension', at: number, text?: string): void;
  close(): void;
  readonly depth: number;
  tree(): Tree;
}

export function createTreeBuilder(limit: number): TreeBuilder {
  const nodes: Mutable<TreeNode>[] = [];
  const stack: Open[] = [];
  let next: string | null = null;
  let cut = false;

  const add = ({ kind, text, at }: Leaf): Mutable<TreeNode> => {
    const parent = stack.at(-1);
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
    if (nodes.length < limit) nodes.push(node);
    else cut = true;
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
      stack.push({ node, names: kind === 'object' ? new Set() : null });
    },
    close() {
      const closed = stack.pop();
      if (closed) closed.node.end = nodes.length;
    },
    get depth() {
      return stack.length;
    },
    tree: () => ({ nodes, cut }),
  };
}
