import type {
  ConditionsView,
  ReportEcu,
  ReportEvent,
  ReportMoment,
  RollbackVerdictView,
  SignatureMark,
  UpdateView,
} from '#core/contract';
import type { ReleaseManifest } from '#core/protocol';

/*
 * What a report is made of, as it was noted while things happened. Times are the wall clock's
 * milliseconds; the report itself writes them out.
 */

export type NotedSnapshot = {
  readonly at: number;
  readonly online: boolean;
  readonly simulated: boolean;
  readonly conditions: ConditionsView | null;
  /** Empty where only the conditions were of interest. */
  readonly ecus: readonly ReportEcu[];
};

export type MomentName = ReportMoment['moment'];
export type NotedMoment = { readonly moment: MomentName; readonly snapshot: NotedSnapshot };
export type NotedEvent = {
  readonly at: number;
  readonly kind: ReportEvent['kind'];
  readonly detail: string;
};

export type NotedRelease = {
  /** Where it was to be installed. */
  readonly ecuId: string;
  readonly manifest: ReleaseManifest;
  readonly manifestSha256: string;
  readonly signature: SignatureMark;
  readonly kid: string | null;
};

export type NotedUpdate = {
  readonly update: UpdateView;
  /** False for a rollback commanded on its own. */
  readonly installs: boolean;
  /** Fewer than members where some are not known here. */
  readonly releases: readonly NotedRelease[];
  readonly moments: readonly NotedMoment[];
};

/** A message about the vehicle that the backend did not believe. */
export type NotedRefusal = {
  readonly at: number;
  readonly updateId: string | null;
  readonly code: string;
  readonly reason: string;
};

export type Work = {
  readonly operator: string;
  readonly purpose: string;
  readonly order: string | null;
  readonly rxswin: string | null;
};

export type Tool = {
  readonly version: string;
  readonly benchId: string;
  readonly host: 'electron' | 'headless';
  readonly os: string;
};

/** Where the computer is, for the times a person reads. */
export type Zone = {
  /** IANA name. */
  readonly name: string;
  /** Minutes east of UTC at that moment. */
  offsetAt(at: number): number;
};

export type Material = {
  readonly reportId: string;
  readonly vin: string;
  readonly advice: readonly string[];
  readonly work: Work;
  readonly remarks: string | null;
  readonly session: {
    readonly sessionId: string | null;
    readonly begunAt: number;
    readonly finishedAt: number;
    readonly events: readonly NotedEvent[];
  };
  readonly before: NotedSnapshot | null;
  readonly after: NotedSnapshot | null;
  readonly updates: readonly NotedUpdate[];
  readonly rollbacks: readonly RollbackVerdictView[];
  readonly refused: readonly NotedRefusal[];
  readonly tool: Tool;
  readonly zone: Zone;
};
