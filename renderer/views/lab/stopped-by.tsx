import { IconShield, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AttackView, ScenarioRunView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { outcomeOf } from '../../state/lab-run.ts';
import { asSentence } from '../../ui/told/told.ts';
import { who } from './words.ts';

type Row = { by: string | null; rule: string | null; code: string; reason: string | null };

/** Who refused what, by rule and code; before the attack, who is going to. */
export function StoppedBy(props: { attack: AttackView; run: ScenarioRunView | null }): ReactNode {
  const { attack, run } = props;
  const seen = run?.stoppedBy ?? [];
  const kind = outcomeOf(run).kind;
  const told = seen.length > 0;
  const rows: readonly Row[] = told
    ? seen
    : attack.stoppedBy.map((each) => ({ ...each, reason: null }));
  return (
    <section className="lab-verdict" data-tone={told && kind === 'stopped' ? 'ok' : 'quiet'}>
      <h3>
        {told ? <IconShieldCheck size={16} aria-hidden /> : <IconShield size={16} aria-hidden />}
        {told ? t('lab:stoppedBy.told') : t('lab:stoppedBy.expected')}
      </h3>
      <table className="lab-checks" data-testid="stopped-by" data-seen={told}>
        <thead>
          <tr>
            <th scope="col">{t('lab:stoppedBy.who')}</th>
            <th scope="col">{t('lab:stoppedBy.rule')}</th>
            <th scope="col">{t('lab:stoppedBy.code')}</th>
            <th scope="col">{t('lab:stoppedBy.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <td>{who(row.by)}</td>
              <td className="mono">{row.rule === null ? '–' : `[${row.rule}]`}</td>
              <td className="mono check-code">{row.code}</td>
              <td className="check-reason">
                {row.reason === null ? (
                  <span className="faint">{t('lab:stoppedBy.runIt')}</span>
                ) : (
                  asSentence(row.reason)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="faint">{t('lab:stoppedBy.rules')}</p>
    </section>
  );
}
