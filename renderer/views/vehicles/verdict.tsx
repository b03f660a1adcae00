import { IconCircleCheck, IconCircleX, IconEqual, IconEqualNot } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { EcuEvidence, RollbackCheck, RollbackVerdictView } from '#core/contract';
import { asSentence, dateTime, duration, shortHash } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { sentence, signatureWords, type Tone } from '../../ui/words.ts';

const outcomes: Record<RollbackVerdictView['outcome'], { word: string; tone: Tone }> = {
  rolled_back: { word: 'Rolled back', tone: 'ok' },
  refused: { word: 'Refused, nothing changed', tone: 'bad' },
  failed: { word: 'Failed', tone: 'bad' },
};

const actions: Record<RollbackVerdictView['action'], string> = {
  none: 'nothing was done',
  reverted: 'the bank before was started again',
  switched: 'the other bank was started',
  restored: 'the backup was written back',
};

const origins: Record<RollbackVerdictView['origin'], string> = {
  technician: 'a technician',
  failure: 'the update that failed',
  watchdog: 'the watchdog of the bootloader',
  group: 'the update of the group that failed',
  campaign: 'a campaign',
};

/** One rollback's end with everything that speaks for it. */
export function Verdict(props: { verdict: RollbackVerdictView }): ReactNode {
  const { verdict } = props;
  const { word, tone } = outcomes[verdict.outcome];
  const signature = signatureWords(verdict.signature);
  return (
    <div className="evidence" data-testid="verdict" data-outcome={verdict.outcome}>
      <div className="row evidence-head">
        <Tag tone={tone}>{word}</Tag>
        <span className="mono evidence-code">{verdict.reason.code}</span>
        <Tag tone={signature.tone} plain title={signature.says}>
          {signature.word}
        </Tag>
      </div>
      <p>
        {asSentence(verdict.reason.reason)}{' '}
        <span className="soft">{asSentence(verdict.reason.next)}</span>
      </p>
      <dl className="facts">
        <dt>Asked for by</dt>
        <dd>
          <bdi>{shownLine(verdict.askedBy, 128)}</bdi>{' '}
          <span className="faint">({origins[verdict.origin]})</span>
        </dd>
        <dt>When</dt>
        <dd>
          {dateTime(verdict.requestedAt)}, done in {duration(verdict.endedAt - verdict.requestedAt)}
        </dd>
        <dt>Done</dt>
        <dd>{actions[verdict.action]}</dd>
      </dl>
      <Checks checks={verdict.checks} title="Checks" />
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
              <IconCircleCheck size={14} aria-label="passed" />
            ) : (
              <IconCircleX size={14} aria-label="not passed" />
            )}
            <span>{checkWords(check.check)}</span>
            <span className="soft">{check.detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** `previousImage` → `Previous image`. */
function checkWords(name: string): string {
  return sentence(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

/** Hashes of the bytes themselves, before and after. */
function Evidence(props: { before: EcuEvidence | null; after: EcuEvidence | null }): ReactNode {
  const { before, after } = props;
  if (before === null && after === null) {
    return <p className="faint">It measured no banks: no ECU was meant.</p>;
  }
  const banks = [
    ...new Set([before, after].flatMap((each) => each?.banks.map(({ bank }) => bank) ?? [])),
  ];
  return (
    <div className="evidence-scroll" tabIndex={0} role="region" aria-label="Banks before and after">
      <table className="evidence-table">
        <caption>Banks, measured before and after</caption>
        <thead>
          <tr>
            <th scope="col">Bank</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Bytes</th>
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
                  {same ? 'same' : 'changed'}
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
  if (!side || !bank) return <td className="faint">not measured</td>;
  return (
    <td>
      <span className="mono">{bank.version ?? '—'}</span> {bank.state}
      {side.activeBank === bank.bank ? ', starts' : ''}
      <br />
      <span className="mono faint" title={bank.sha256 ?? undefined}>
        {bank.sha256 === null ? 'no image' : shortHash(bank.sha256)}
      </span>
    </td>
  );
}
