import { IconCircleCheck, IconCircleX, IconEqual, IconEqualNot } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { EcuEvidence, RollbackCheck, RollbackVerdictView } from '#core/contract';
import { t, textOrNull } from '../../i18n/index.ts';
import { dateTime, duration, shortHash } from '../../ui/format.ts';
import { asSentence, nextStep, told } from '../../ui/told/told.ts';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { sentence, signatureWords, type Tone } from '../../ui/words.ts';

const tones: Record<RollbackVerdictView['outcome'], Tone> = {
  rolled_back: 'ok',
  refused: 'bad',
  failed: 'bad',
};

/** One rollback's end with everything that speaks for it. */
export function Verdict(props: { verdict: RollbackVerdictView }): ReactNode {
  const { verdict } = props;

  const signature = signatureWords(verdict.signature);
  return (
    <div className="evidence" data-testid="verdict" data-outcome={verdict.outcome}>
      <div className="row evidence-head">
        <Tag tone={tones[verdict.outcome]}>{t(`vehicles:verdict.outcome.${verdict.outcome}`)}</Tag>
        <span className="mono evidence-code">{verdict.reason.code}</span>
        <Tag tone={signature.tone} plain title={signature.says}>
          {signature.word}
        </Tag>
      </div>
      <p>
        {asSentence(verdict.reason.reason)} <span className="soft">{nextStep(verdict.reason)}</span>
      </p>
      <dl className="facts">
        <dt>{t('vehicles:verdict.askedBy')}</dt>
        <dd>
          <bdi>{shownLine(told(verdict.askedBy), 128)}</bdi>{' '}
          <span className="faint">({t(`vehicles:verdict.origin.${verdict.origin}`)})</span>
        </dd>
        <dt>{t('vehicles:verdict.when')}</dt>
        <dd>
          {t('vehicles:verdict.took', {
            time: dateTime(verdict.requestedAt),
            duration: duration(verdict.endedAt - verdict.requestedAt),
          })}
        </dd>
        <dt>{t('vehicles:verdict.done')}</dt>
        <dd>{t(`vehicles:verdict.action.${verdict.action}`)}</dd>
      </dl>
      <Checks checks={verdict.checks} title={t('vehicles:verdict.checks')} />
      <Evidence before={verdict.before} after={verdict.after} />
    </div>
  );
}

export function Checks(props: { checks: readonly RollbackCheck[]; title: string }): ReactNode {
  if (props.checks.length === 0) return null;
  return (
    <div>
      <h3 className="small-head">{props.title}</h3>
      <ul className="checks">
        {props.checks.map((check, index) => (
          <li key={index} data-tone={check.passed ? 'ok' : 'bad'}>
            {check.passed ? (
              <IconCircleCheck size={14} aria-label={t('vehicles:verdict.passed')} />
            ) : (
              <IconCircleX size={14} aria-label={t('vehicles:verdict.notPassed')} />
            )}
            <span>{checkWords(check.check)}</span>
            <span className="soft">{told(check.detail)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** `previousImage` → `Previous image`. */
function checkWords(name: string): string {
  return (
    textOrNull(`vehicles:verdict.check.${name}`) ??
    sentence(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
  );
}

/** Hashes of the bytes themselves, before and after. */
function Evidence(props: { before: EcuEvidence | null; after: EcuEvidence | null }): ReactNode {
  const { before, after } = props;
  if (before === null && after === null) {
    return <p className="faint">{t('vehicles:verdict.noBanks')}</p>;
  }
  const banks = [
    ...new Set([before, after].flatMap((each) => each?.banks.map(({ bank }) => bank) ?? [])),
  ];
  return (
    <div
      className="evidence-scroll"
      tabIndex={0}
      role="region"
      aria-label={t('vehicles:verdict.region')}
    >
      <table className="evidence-table">
        <caption>{t('vehicles:verdict.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('vehicles:verdict.bank')}</th>
            <th scope="col">{t('vehicles:verdict.before')}</th>
            <th scope="col">{t('vehicles:verdict.after')}</th>
            <th scope="col">{t('vehicles:verdict.bytes')}</th>
          </tr>
        </thead>
        <tbody>
          {banks.map((bank) => {
            const [was, is] = [before, after].map((each) =>
              each?.banks.find((known) => known.bank === bank),
            );
            const same = was?.sha256 === is?.sha256;
            return (
              <tr key={bank}>
                <th scope="row">{bank}</th>
                <Cell side={before} bank={was} />
                <Cell side={after} bank={is} />
                <td className="evidence-same" data-tone={same ? 'quiet' : 'warn'}>
                  {same ? (
                    <IconEqual size={13} aria-hidden />
                  ) : (
                    <IconEqualNot size={13} aria-hidden />
                  )}
                  {same ? t('vehicles:verdict.same') : t('vehicles:verdict.changed')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell(props: {
  side: EcuEvidence | null;
  bank: EcuEvidence['banks'][number] | undefined;
}): ReactNode {
  const { side, bank } = props;
  if (!side || !bank) return <td className="faint">{t('vehicles:verdict.notMeasured')}</td>;
  return (
    <td>
      <span className="mono">{bank.version ?? '—'}</span>{' '}
      {textOrNull(`ui:bank.${bank.state}.word`) ?? bank.state}
      {side.activeBank === bank.bank ? t('vehicles:verdict.starts') : ''}
      <br />
      <span className="mono faint" title={bank.sha256 ?? undefined}>
        {bank.sha256 === null ? t('vehicles:verdict.noImage') : shortHash(bank.sha256)}
      </span>
    </td>
  );
}
