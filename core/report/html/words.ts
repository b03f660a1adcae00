import type { ReportDocument } from '#core/contract';

type Moment = ReportDocument['updates'][number]['moments'][number]['moment'];
type Condition =
  ReportDocument['updates'][number]['moments'][number]['checked'][number]['condition'];

/** What the printed report says besides the data. */
export type Words = {
  title: string;
  word: Record<ReportDocument['result']['word'], string>;
  stage: Record<ReportDocument['updates'][number]['stage'], string>;
  party: Record<ReportDocument['refusals'][number]['by'], string>;
  basis: Record<'measured' | 'recorded' | 'reported', string>;
  mark: Record<'valid' | 'unsigned' | 'invalid' | 'unchecked', string>;
  moment: Record<Moment, string>;
  condition: Record<Condition, string>;
  state: Record<'met' | 'unmet' | 'unknown', string>;
  event: Record<ReportDocument['session']['events'][number]['kind'], string>;
  outcome: Record<'rolled_back' | 'refused' | 'failed', string>;
  compatibility: Record<'compatible' | 'refused' | 'not_checked', string>;
  yes: string;
  no: string;
  on: string;
  off: string;
  label: Record<Label, string>;
  /** Sentences about what the reader can rely on. */
  verify: string;
  dataOnly: string;
  basisNote: string;
  none: string;
};

type Label =
  | 'vehicle'
  | 'vin'
  | 'rxswin'
  | 'advice'
  | 'work'
  | 'operator'
  | 'order'
  | 'purpose'
  | 'remarks'
  | 'session'
  | 'begun'
  | 'finished'
  | 'report'
  | 'ecus'
  | 'ecu'
  | 'before'
  | 'after'
  | 'version'
  | 'counter'
  | 'hash'
  | 'evidence'
  | 'bank'
  | 'changed'
  | 'update'
  | 'rollback'
  | 'foreign'
  | 'release'
  | 'hardware'
  | 'partNumber'
  | 'description'
  | 'image'
  | 'manifestHash'
  | 'author'
  | 'compatibility'
  | 'conditions'
  | 'moment'
  | 'required'
  | 'actual'
  | 'result'
  | 'timeline'
  | 'time'
  | 'step'
  | 'by'
  | 'signature'
  | 'detail'
  | 'refusals'
  | 'code'
  | 'reason'
  | 'next'
  | 'rollbacks'
  | 'askedBy'
  | 'origin'
  | 'checks'
  | 'events'
  | 'tool'
  | 'bench'
  | 'system'
  | 'timeZone'
  | 'signedBy'
  | 'fingerprint'
  | 'caFingerprint'
  | 'members'
  | 'updateId'
  | 'what';
