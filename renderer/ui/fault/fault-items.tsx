import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FaultView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useFaults } from '../../state/faults.store.ts';
import { clockTime } from '../format.ts';
import { Tag } from '../tag.tsx';
import { kindWords, stateWords, summaryOf, timesStruck } from './fault-words.ts';
import './fault.css';

/** What is set, how it stands, and how often it has struck; changes are told aloud. */
export function FaultItems(props: {
  faults: readonly FaultView[];
  showVin?: boolean;
  onClear: (vin: string, faultId: string) => void;
}): ReactNode {
  const { faults, showVin = false, onClear } = props;
  const kinds = useFaults((store) => store.kinds);
  const told = faults.map(
    (each) =>
      `${summaryOf(each, kinds)} ${stateWords(each.state).word}. ${timesStruck(each.fired)}.`,
  );
  return (
    <>
      {faults.length === 0 ? null : (
        <>
          <ul className="fault-list">
            {faults.map((fault) => (
              <Item
                key={fault.faultId}
                fault={fault}
                showVin={showVin}
                onClear={() => {
                  onClear(fault.vin, fault.faultId);
                }}
              />
            ))}
          </ul>
          <p className="faint fault-note">{t('lab:fault.note')}</p>
        </>
      )}
      <div className="visually-hidden" role="status" aria-live="polite" data-testid="faults-told">
        {told.join(' ')}
      </div>
    </>
  );
}

function Item(props: { fault: FaultView; showVin: boolean; onClear: () => void }): ReactNode {
  const { faultId, vin, fault, state, fired, lastFiredAt } = props.fault;
  const kinds = useFaults((store) => store.kinds);
  const kind = kinds?.find((each) => each.kind === fault.kind);
  const title = kind === undefined ? fault.kind : kindWords(kind).title;
  const { word, says, tone } = stateWords(state);
  const ends = state === 'spent' ? t('lab:fault.remove') : t('lab:fault.clear');
  return (
    <li data-testid="fault" data-kind={fault.kind} data-state={state} data-fired={fired}>
      <div className="fault-state">
        <Tag tone={tone} title={says}>
          {word}
        </Tag>
      </div>
      <div className="fault-text">
        <strong>{title}</strong> {props.showVin ? <bdi className="faint">{vin}</bdi> : null}
        <div>{summaryOf(props.fault, kinds)}</div>
        <div className="faint">
          {says} {timesStruck(fired)}
          {lastFiredAt === null
            ? '.'
            : t('lab:fault.lastAt', { time: clockTime(lastFiredAt).slice(0, 8) })}
        </div>
      </div>
      <Button
        variant="default"
        aria-label={`${ends}: ${title}, ${vin}, ${faultId}`}
        data-testid="fault-clear"
        onClick={props.onClear}
      >
        {ends}
      </Button>
    </li>
  );
}
