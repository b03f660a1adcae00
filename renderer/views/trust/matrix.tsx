import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconMinus,
  type TablerIcon,
} from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { DoctorCell } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { chooseCell, useAcl } from '../../state/acl.store.ts';
import { cellKey, verdictOf, type Matrix, type Verdict } from '../../state/verdict.ts';
import { flowWords, verdictWords } from './words.ts';

const accesses = ['write', 'read'] as const;

const shapes: Record<Verdict, TablerIcon> = {
  works: IconCircleCheck,
  broken: IconCircleX,
  wide: IconAlertTriangle,
  closed: IconMinus,
};

export function VerdictMark(props: { verdict: Verdict }): ReactNode {
  const Shape = shapes[props.verdict];
  const { word, tone } = verdictWords(props.verdict);
  return (
    <span className="verdict" data-tone={tone} data-verdict={props.verdict}>
      <Shape size={14} stroke={2} aria-hidden />
      {word}
    </span>
  );
}

/** What a flow's name and the two cells of an identity need, CSS pixels; beyond, it scrolls. */
const FLOW_PX = 196;
const IDENTITY_PX = 166;

/** Flow by identity. One stop for Tab; the arrows walk inside, as WAI-ARIA's grid has it. */
export function DoctorMatrix(props: { matrix: Matrix }): ReactNode {
  const { identities, rows } = props.matrix;
  const chosen = useAcl((store) => store.chosen);
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const table = useRef<HTMLTableElement>(null);
  const columns = identities.length * 2;
  // Another list may have fewer identities than the one before.
  const at = { row: place.row, column: Math.min(place.column, Math.max(0, columns - 1)) };

  const walk = (event: KeyboardEvent): void => {
    const next = { ...at };
    if (event.key === 'ArrowRight') next.column = Math.min(columns - 1, at.column + 1);
    else if (event.key === 'ArrowLeft') next.column = Math.max(0, at.column - 1);
    else if (event.key === 'ArrowDown') next.row = Math.min(rows.length - 1, at.row + 1);
    else if (event.key === 'ArrowUp') next.row = Math.max(0, at.row - 1);
    else if (event.key === 'Home') next.column = 0;
    else if (event.key === 'End') next.column = columns - 1;
    else return;
    event.preventDefault();
    setPlace(next);
    table.current
      ?.querySelector<HTMLElement>(
        `[data-row="${next.row.toString()}"][data-column="${next.column.toString()}"]`,
      )
      ?.focus();
  };

  return (
    <div className="matrix-scroll">
      <table
        ref={table}
        role="grid"
        className="matrix"
        style={{ minWidth: FLOW_PX + identities.length * IDENTITY_PX }}
        aria-label={t('trust:matrix.label')}
        onKeyDown={walk}
      >
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {t('trust:matrix.flow')}
            </th>
            {identities.map((identity) => (
              <th key={identity} scope="colgroup" colSpan={2} className="mono matrix-identity">
                {identity}
              </th>
            ))}
          </tr>
          <tr>
            {identities.flatMap((identity) =>
              accesses.map((access) => (
                <th key={`${identity} ${access}`} scope="col" className="matrix-access">
                  {t(`trust:matrix.access.${access}`)}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, rowIndex) => (
            <tr key={row.flow}>
              <th scope="row">
                <span>{flowWords(row.flow).name}</span>
                <span className="faint">{flowWords(row.flow).says}</span>
              </th>
              {row.cells.map((cell, columnIndex) => (
                <td key={columnIndex}>
                  {cell === null ? null : (
                    <Cell
                      cell={cell}
                      row={rowIndex}
                      column={columnIndex}
                      chosen={cellKey(cell) === chosen}
                      stop={rowIndex === at.row && columnIndex === at.column}
                      onChoose={() => {
                        setPlace({ row: rowIndex, column: columnIndex });
                        chooseCell(cellKey(cell));
                      }}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell(props: {
  cell: DoctorCell;
  row: number;
  column: number;
  chosen: boolean;
  stop: boolean;
  onChoose: () => void;
}): ReactNode {
  const { cell } = props;
  const verdict = verdictOf(cell);
  return (
    <button
      type="button"
      className="matrix-cell"
      data-row={props.row}
      data-column={props.column}
      data-testid={`cell-${cell.flow}-${cell.access}-${cell.identity}`}
      data-verdict={verdict}
      tabIndex={props.stop ? 0 : -1}
      aria-pressed={props.chosen}
      aria-label={t('trust:matrix.why', {
        identity: cell.identity,
        access: t(`trust:matrix.access.${cell.access}`),
        flow: flowWords(cell.flow).name,
        verdict: verdictWords(verdict).word,
      })}
      title={cell.topic}
      onClick={props.onChoose}
    >
      <VerdictMark verdict={verdict} />
    </button>
  );
}
