export { Bundle, BUNDLE_LIMIT, orderMembers } from './bundle.ts';
export { decodePayload, encodePayload, PAYLOAD_LIMIT } from './codec.ts';
export { qosOf, retainOf } from './delivery.ts';
export { ProtocolError, type ProtocolErrorCode } from './errors.ts';
export { assertTopicFilter, assertTopicName, topicMatches } from './filter.ts';
export { DEPTH_LIMIT, parseStrictJson, type JsonObject, type JsonValue } from './json.ts';
export {
  Acknowledgment,
  BLOCK_LIMIT,
  Command,
  FirmwareBlock,
  FirmwareRef,
  FirmwareRequest,
  Inventory,
  InventoryBank,
  InventoryEcu,
  IssueDetails,
  messageSchemas,
  Preconditions,
  Presence,
  Progress,
  ProgressStatus,
  Reason,
  ReleaseManifest,
  Requirement,
  Status,
  type MessageKind,
  type MessageOf,
} from './messages.ts';
export { checkExpiry, parseMessage } from './parse.ts';
export {
  BankEvidence,
  EcuEvidence,
  RollbackAction,
  RollbackCheck,
  RollbackOrigin,
  RollbackOutcome,
  RollbackVerdict,
} from './rollback-verdict.ts';
export { assertSignable } from './signable.ts';
export { createTopics, DEFAULT_ROOT, type TopicAddress, type Topics } from './topics.ts';
export { adviseVin, parseVin } from './vin.ts';
