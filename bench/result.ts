/** One line of the table: what was measured, beside what, against which budget. */
export type Result = {
  what: string;
  ours: string;
  peer: string;
  /** Ours ÷ peer; empty where a ratio says nothing. */
  ratio: string;
  budget: string;
  /** `unknown`: the peer or the budget is missing, and `why` says which. */
  verdict:
    { kind: 'met' } | { kind: 'missed' } | { kind: 'no budget' } | { kind: 'unknown'; why: string };
};

export type Case = {
  /** As written on the command line. */
  name: string;
  summary: string;
  run: (setting: Setting) => Promise<Result[]>;
};

export type Setting = {
  /** A tenth of the work: shows that it runs, not how fast it is. */
  short: boolean;
  /** Folder of this run, removed afterwards. */
  dir: string;
  /** Tells the person what is being waited for. */
  note: (text: string) => void;
};

export function within(met: boolean): Result['verdict'] {
  return met ? { kind: 'met' } : { kind: 'missed' };
}
