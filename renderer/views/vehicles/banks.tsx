import { IconArrowBigRightFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BankView, EcuView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { bankName } from '../../state/compare-vehicles.ts';
import { bytes, count } from '../../ui/format.ts';
import { Hash } from '../../ui/copy.tsx';
import { Tag } from '../../ui/tag.tsx';
import { bankWords } from '../../ui/words.ts';
import './banks.css';

/**
 * Both banks side by side, or the only one and its backup; the one the ECU boots from is marked, a
 * write fills up, and a strip shows how much of the longer image each of them holds.
 */
export function Banks(props: { ecu: EcuView; small?: boolean }): ReactNode {
  const { ecu } = props;
  const longest = Math.max(1, ...ecu.banks.map(({ length }) => length ?? 0));
  const [one, other] = ecu.banks;
  const twins = one?.sha256 !== null && one?.sha256 === other?.sha256;
  return (
    <div className={props.small === true ? 'banks banks-small' : 'banks'}>
      {ecu.banks.map((bank) => (
        <Bank
          key={bank.bank}
          bank={bank}
          name={bankName(ecu, bank.bank)}
          single={ecu.layout === 'single'}
          share={(bank.length ?? 0) / longest}
          twins={twins}
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
  name: string;
  single: boolean;
  /** Of the longer image. */
  share: number;
  /** Both hold the same bytes. */
  twins: boolean;
  boots: boolean;
  progress: number;
  small: boolean;
}): ReactNode {
  const { bank, boots, small } = props;
  const { word, says, tone } =
    props.single && bank.bank === 'B' && bank.state === 'valid'
      ? { ...bankWords('valid'), says: t('vehicles:banks.copy') }
      : bankWords(bank.state);
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
        <span className="bank-name">
          {props.single ? props.name : <span aria-label={props.name}>{bank.bank}</span>}
        </span>
        {boots ? (
          <span className="bank-boots" title={t('vehicles:banks.bootsSays')}>
            <IconArrowBigRightFilled size={11} aria-hidden />{' '}
            {small ? t('vehicles:banks.boot') : t('vehicles:banks.boots')}
          </span>
        ) : null}
        <span className="spring" />
        {small ? null : state}
      </div>
      <div className="bank-version mono">{bank.version ?? '—'}</div>
      {small ? null : (
        <div className="bank-strip" aria-hidden>
          <div
            data-state={bank.state}
            style={{
              width: `${String(bank.state === 'writing' ? props.progress : props.share * 100)}%`,
            }}
          />
        </div>
      )}
      {small ? state : <BankFacts bank={bank} twins={props.twins} />}
    </div>
  );
}

const HASH = 'SHA-256';

function BankFacts(props: { bank: BankView; twins: boolean }): ReactNode {
  const { bank, twins } = props;
  return (
    <dl className="bank-facts">
      <dt>{t('vehicles:banks.counter')}</dt>
      <dd>{bank.releaseCounter === null ? '—' : count(bank.releaseCounter)}</dd>
      <dt>{t('vehicles:banks.size')}</dt>
      <dd
        title={
          bank.length === null
            ? undefined
            : t('vehicles:banks.bytes', { bytes: count(bank.length) })
        }
      >
        {bank.length === null ? '—' : bytes(bank.length)}
      </dd>
      <dt>{HASH}</dt>
      <dd>{bank.sha256 === null ? '—' : <Hash sha256={bank.sha256} />}</dd>
      {twins ? (
        <>
          <dt>{t('vehicles:banks.content')}</dt>
          <dd>{t('vehicles:banks.same')}</dd>
        </>
      ) : null}
    </dl>
  );
}
