export {
  describePayload,
  type DescribeOptions,
  type PayloadDescription,
  type PayloadView,
} from './describe.ts';
export { diffPayloads, type Change, type PayloadDiff } from './diff.ts';
export { HEX_ROW_BYTES, hexRows, type HexRow } from './hex.ts';
export type { ImageInfo } from './image.ts';
export { readJson, type JsonReading } from './json.ts';
export { numericMembers, type NumericMember } from './numbers.ts';
export { NODES_LIMIT, type NodeKind, type Tree, type TreeNode } from './tree.ts';
