import { IconArrowBigRightFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BankView, EcuView } from '#core/contract';
import { bytes, count } from '../../ui/format.ts';
import { Hash } from '../../ui/copy.tsx';
import { Tag } from '../../ui/tag.tsx';
import { bankWords } from '../../ui/words.ts';
import './banks.css';

/** Both banks side by side; the one the ECU boots from is marked, a write fills up. */
export function Banks(props: { ecu: EcuView; small?: boolean }): ReactNode {
  const { ecu } = props;
  return (
    <div className={props.small === true ? 'banks banks-small' : 'banks'}>
      {ecu.banks.map((bank) => (
        <Bank
          key={bank.bank}
          bank={bank}
          boots={bank.bank === ecu.activeBank}
          progress={ecu.progress}
          small={props.small === true}
        />
      ))}
    </div>
  );
}

function Bank(props: {
  bank: BankView;
  boots: boolean;
  progress: number;
  small: boolean;
}): ReactNode {
  const { bank, boots, small } = props;
  const { word, says, tone } = bankWords[bank.state];
  const state = (
    <Tag tone={tone} plain title={says}>
      {word}
    </Tag>
  );
  return (
    <div
      className="bank"
      data-testid={small ? undefined : `bank-${bank.bank}`}
      data-state={bank.state}
      data-tone={tone}
      data-boots={boots}
    >
      {bank.state === 'writing' ? (
        <div className="bank-fill" style={{ width: `${props.progress.toString()}%` }} />
      ) : null}
      <div className="bank-head">
        <span className="bank-name" aria-label={`Bank ${bank.bank}`}>
          {bank.bank}
        </span>
        {boots ? (
          <span className="bank-boots" title="The ECU boots from this bank">
            <IconArrowBigRightFilled size={11} aria-hidden /> {small ? 'boot' : 'boots from here'}
          </span>
        ) : null}
        <span className="spring" />
        {small ? null : state}
      </div>
      <div className="bank-version mono">{bank.version ?? '—'}</div>
      {small ? state : <BankFacts bank={bank} />}
    </div>
  );
}

function BankFacts(props: { bank: BankView }): ReactNode {
  const { bank } = props;
  return (
    <dl className="bank-facts">
      <dt>Counter</dt>
      <dd>{bank.releaseCounter === null ? '—' : count(bank.releaseCounter)}</dd>
      <dt>Size</dt>
      <dd title={bank.length === null ? undefined : `${count(bank.length)} bytes`}>
        {bank.length === null ? '—' : bytes(bank.length)}
      </dd>
      <dt>SHA-256</dt>
      <dd>{bank.sha256 === null ? '—' : <Hash sha256={bank.sha256} />}</dd>
    </dl>
  );
}
