import { step, type UpdateEvent, type UpdateState } from './machine.ts';

/* An update as the machine's tests begin with it, and what is said of one, in short. */

export type Said = UpdateEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'at' | 'mark'>
    : never
  : never;

export const anUpdate = (over: Partial<UpdateState> = {}): UpdateState => ({
  updateId: 'u1',
  vin: 'VIN1',
  ecuId: '1',
  releaseId: 'r1',
  version: '2.0.0',
  description: 'd',
  createdAt: 0,
  stage: 'queued',
  progress: 0,
  paused: false,
  waiting: null,
  members: [],
  releases: [],
  steps: [],
  foreign: false,
  installs: true,
  ...over,
});

export const after = (events: Said[], start = anUpdate()): UpdateState =>
  events.reduce((state, said, at) => step(state, { at, mark: 'valid', ...said }).state, start);

export const progress = (
  status:
    | 'downloading'
    | 'installing'
    | 'finalizing'
    | 'completed'
    | 'failed'
    | 'rolling_back'
    | 'rolled_back'
    | 'cancelled',
  percent = 0,
): Said => ({ kind: 'progress', status, progress: percent });
export const available: Said = { kind: 'status', status: 'Available' };
export const acknowledged: Said = { kind: 'acknowledgment', acknowledgment: 'Acknowledged' };
export const WHOLE: Said[] = [
  { kind: 'sent' },
  available,
  acknowledged,
  progress('downloading', 50),
  progress('installing', 10),
  progress('finalizing', 90),
  progress('completed', 100),
];
