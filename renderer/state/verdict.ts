import type { DoctorCell, FlowName } from '#core/contract';

/** What a cell of the doctor's matrix says of itself. */
export type Verdict = 'works' | 'broken' | 'wide' | 'closed';

export function verdictOf(cell: Pick<DoctorCell, 'needed' | 'allowed'>): Verdict {
  if (cell.needed) return cell.allowed ? 'works' : 'broken';
  return cell.allowed ? 'wide' : 'closed';
}

/** The order in which an update uses them. */
export const flows: readonly FlowName[] = [
  'issue_details',
  'status',
  'acknowledgment',
  'progress',
  'command',
  'inventory',
  'presence',
  'firmware_request',
  'firmware_block',
];

export type MatrixRow = {
  flow: FlowName;
  /** Two for each identity: write, then read. Null where the doctor had nothing to say. */
  cells: (DoctorCell | null)[];
};

export type Matrix = { identities: string[]; rows: MatrixRow[]; counts: Record<Verdict, number> };

export function matrixOf(cells: readonly DoctorCell[]): Matrix {
  const identities = [...new Set(cells.map(({ identity }) => identity))];
  const byKey = new Map(cells.map((cell) => [cellKey(cell), cell]));
  const counts = { works: 0, broken: 0, wide: 0, closed: 0 };
  for (const cell of cells) counts[verdictOf(cell)] += 1;
  const rows = flows.map((flow) => ({
    flow,
    cells: identities.flatMap((identity) =>
      (['write', 'read'] as const).map(
        (access) => byKey.get(cellKey({ identity, flow, access })) ?? null,
      ),
    ),
  }));
  return { identities, rows, counts };
}

/** The line that decides a cell; where none does, the one that the doctor says nearly did. */
export function lineOf(cell: Pick<DoctorCell, 'line' | 'why'>): number | null {
  if (cell.line !== null) return cell.line;
  const named = /\bline (\d+)\b/.exec(cell.why)?.[1];
  return named === undefined ? null : Number(named);
}

/** Names a cell over the reports: the same question, whatever its answer is now. */
export function cellKey(cell: Pick<DoctorCell, 'identity' | 'flow' | 'access'>): string {
  return `${cell.flow} ${cell.access} ${cell.identity}`;
}
