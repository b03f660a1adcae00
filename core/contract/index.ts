export {
  benchContract,
  FIRMWARE_CHUNK_LIMIT,
  FIRMWARE_SIZE_LIMIT,
  type BenchContract,
} from './contract.ts';
export { BUNDLE_ENTRY, BundleFile } from './bundle-file.ts';
export { Composed, GroupDraft, ReleaseDraft } from './drafts.ts';
export { SampleView } from './sample.ts';
export {
  ArtifactView,
  BankState,
  BankView,
  BenchView,
  CaptureRetention,
  ConditionsView,
  ControlView,
  EcuView,
  Endpoint,
  frameOf,
  JobView,
  LinkView,
  RefusalView,
  ReleaseView,
  RoleName,
  RoleState,
  Settings,
  SignatureMark,
  SignaturePolicy,
  SigningAlgorithm,
  Transport,
  UpdateMember,
  UpdateStage,
  UpdateStep,
  UpdateView,
  VehicleView,
  type Frame,
} from './views.ts';
export {
  AclDiagnostic,
  CertificateState,
  CertificateView,
  DoctorCell,
  DoctorReport,
  Finding,
  FlowName,
  KeyView,
  SavedFile,
  Severity,
  TrustView,
} from './trust-views.ts';
export {
  EcuEvidence,
  HistoryEntry,
  RollbackCheck,
  RollbackOrigin,
  RollbackPreview,
  RollbackVerdictView,
} from './rollback-views.ts';
export {
  AttackView,
  ScenarioProblem,
  ScenarioRunView,
  ScenarioStepView,
  ScenarioView,
  ScenarioWords,
  StoppedByView,
} from './lab-views.ts';
export { FitView, GuidedCheck, GuidedItem } from './guided.ts';
export { CAPTURE_CHUNK_LIMIT } from './exchange.ts';
export {
  LISTENER_LABELS,
  Listeners,
  ListenerSetting,
  SubscriptionMode,
  type ListenerName,
} from './listener-views.ts';
export { ProfileView } from './vehicles.ts';
export { TRAFFIC_PAYLOAD_LIMIT, TRAFFIC_ROWS_LIMIT } from './traffic.ts';
export {
  MqttProperties,
  PayloadDiff,
  PayloadTree,
  PayloadView,
  SchemaVerdict,
  SignatureVerdict,
  TrafficDetail,
  TreeNode,
} from './message-views.ts';
export {
  BranchView,
  FindEvent,
  Judgement,
  Qos,
  SavedFilter,
  TopicView,
  TrafficBounds,
  TrafficCounts,
  TrafficDirection,
  TrafficFrame,
  TrafficKind,
  TrafficMark,
  TrafficProgress,
  TrafficRow,
  TrafficSelection,
  TrafficState,
  TrafficWhere,
} from './traffic-views.ts';
export {
  AnswerView,
  ConnectionDraft,
  ConnectionView,
  PublishRecord,
  PublishTemplate,
  ReplayView,
  RetainedMessage,
  RewriteRule,
  TimelineEntry,
  TimelineSummary,
  TimelineView,
} from './connection-views.ts';
export {
  Fault,
  FAULT_KINDS,
  FaultKindView,
  FaultParameter,
  FaultView,
  PowerCutState,
  type FaultKind,
} from './fault-views.ts';
export { REPORT_TEXT_LIMIT } from './reports.ts';
export {
  ReportBank,
  ReportBasis,
  ReportChange,
  ReportCondition,
  ReportDocument,
  ReportEcu,
  ReportEvent,
  ReportMoment,
  ReportParty,
  ReportRefusal,
  ReportRelease,
  ReportRollback,
  ReportSnapshot,
  ReportStep,
  ReportTime,
  ReportUpdate,
  ReportVerdict,
  ReportView,
  ReportWord,
  SessionView,
} from './report-views.ts';
