import {
  type ReportDocument,
  type ReportVerdict,
  type ReportView,
  type SavedFile,
  type SessionView,
} from '#core/contract';
import { type ReportBooks } from '#core/report';

export type Wish = {
  operator: string;
  purpose: string;
  order?: string | undefined;
  rxswin?: string | undefined;
};
export type ReportQuery = Parameters<ReportBooks['shelf']['list']>[0];

/** What a person does with session reports. */
export type ReportDesk = {
  /** @throws BenchError VEHICLE_UNKNOWN, TOO_MANY; ReportError DISK_FULL */
  begin(vin: string, wish: Wish): Promise<{ sessionId: string }>;
  /** @throws ReportError SESSION_UNKNOWN, SESSION_OVER, REPORT_OTHER_VEHICLE, UPDATE_ATTACHED; BenchError UPDATE_UNKNOWN, TOO_MANY */
  attach(sessionId: string, updateId: string): void;
  /** @throws ReportError SESSION_UNKNOWN, REPORT_UPDATE_RUNNING, DISK_FULL */
  finish(
    sessionId: string,
    more: { remarks?: string | undefined; unfinished?: boolean | undefined },
  ): Promise<ReportView>;
  /** @throws ReportError SESSION_UNKNOWN, SESSION_OVER, SESSION_NOT_EMPTY */
  discard(sessionId: string): void;
  /** @throws BenchError UPDATE_UNKNOWN; ReportError REPORT_UPDATE_RUNNING, REPORT_EXISTS, UPDATE_ATTACHED, DISK_FULL */
  create(updateId: string, wish: Wish & { remarks?: string | undefined }): Promise<ReportView>;
  running(): SessionView[];
  /** Whether a session in which something was done is under way: a report is to come of it. */
  isInSession: (vin: string) => boolean;
  list(query: ReportQuery): ReturnType<ReportBooks['shelf']['list']>;
  /** @throws ReportError REPORT_UNKNOWN */
  get(reportId: string): { report: ReportView; document: ReportDocument };
  /** @throws ReportError REPORT_UNKNOWN */
  export(reportId: string, format: 'json' | 'html', language: 'en' | 'de'): SavedFile;
  /** @throws ReportError REPORT_TRUST_UNREADABLE */
  verify(
    text: string,
    by: { trust?: string | undefined; fingerprint?: string | undefined },
  ): Promise<ReportVerdict>;
  /** @throws BenchError VERIFIER_MISSING */
  verifier(): Promise<SavedFile>;
  publicKeys(): Promise<SavedFile>;
  /** A person confirms: what the vehicle is now is noted once that is done. */
  confirming: (vin: string, updateId: string) => () => void;
  close(): Promise<void>;
};
