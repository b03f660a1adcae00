export { readJson, type JsonReading } from './json.ts';
export { NODES_LIMIT, type NodeKind, type Tree, type TreeNode } from './tree.ts';
