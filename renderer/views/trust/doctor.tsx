import { Button } from '@mantine/core';
import { IconFirstAidKit } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { DoctorCell } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useAcl } from '../../state/acl.store.ts';
import { flows, matrixOf, type Verdict } from '../../state/verdict.ts';
import { asSentence } from '../../ui/told/told.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { DoctorMatrix, VerdictMark } from './matrix.tsx';
import { RepairDialog } from './repair-dialog.tsx';
import { Why } from './why.tsx';
import { flowWords, verdictWords } from './words.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const verdicts: readonly Verdict[] = ['works', 'broken', 'wide', 'closed'];

/** Holds the rules in the editor against what the protocol needs. */
export function Doctor(props: { cell: DoctorCell | null }): ReactNode {
  const report = useAcl((store) => store.report);
  const doctor = useAcl((store) => store.doctor);
  const [repairing, setRepairing] = useState(false);
  const cast = useAcl((store) => store.cast);
  const workspace = useWorkspace();
  if (doctor.kind === 'refused') {
    // The last report is of another text: beside this one it would be believed.
    return (
      <div className="doctor">
        <section className="panel" aria-label={t('trust:doctor.title')} data-testid="doctor">
          <div className="panel-head">
            <h2>{t('trust:doctor.title')}</h2>
            <Tag tone="warn">{t('trust:doctor.notJudged')}</Tag>
          </div>
          <div className="panel-body">
            <Refusal refusal={doctor.refusal} />
          </div>
        </section>
      </div>
    );
  }
  if (report === null) return <p className="soft loading">{t('trust:doctor.looking')}</p>;
  const matrix = matrixOf(report.cells);
  const { broken, repaired } = report;
  return (
    <div className="doctor">
      <section className="panel" aria-label={t('trust:doctor.title')} data-testid="doctor">
        <div className="panel-head">
          <h2>{t('trust:doctor.title')}</h2>
          <Tag tone={broken.length === 0 ? 'ok' : 'bad'}>
            {broken.length === 0
              ? t('trust:doctor.works')
              : t('trust:doctor.faults', { count: broken.length })}
          </Tag>
          <span className="spring" />
          <CopyCommand compact command={cli.doctor(workspace, cast ?? {}, repaired !== null)} />
          {repaired === null ? null : (
            <Button
              leftSection={<IconFirstAidKit size={15} aria-hidden />}
              data-testid="acl-repair"
              onClick={() => {
                setRepairing(true);
              }}
            >
              {t('trust:doctor.repair')}
            </Button>
          )}
        </div>
        <DoctorMatrix matrix={matrix} />
        <ul className="legend" aria-label={t('trust:doctor.legend')}>
          {verdicts.map((verdict) => (
            <li key={verdict}>
              <VerdictMark verdict={verdict} />
              <span className="soft">
                {verdictWords(verdict).says}{' '}
                <span className="faint">({matrix.counts[verdict]})</span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <Why cell={props.cell} />
      {broken.length === 0 ? null : (
        <section className="panel" aria-label={t('trust:doctor.broken')}>
          <div className="panel-head">
            <h2>{t('trust:doctor.broken')}</h2>
          </div>
          <ul className="broken" data-testid="acl-broken">
            {broken.map((sentence) => (
              <li key={sentence}>
                <Fault sentence={sentence} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {repairing && repaired !== null ? (
        <RepairDialog
          repaired={repaired}
          onClose={() => {
            setRepairing(false);
          }}
        />
      ) : null}
    </div>
  );
}

/** `status: …` with the flow as the table above calls it. */
function Fault(props: { sentence: string }): ReactNode {
  const { sentence } = props;
  const flow = flows.find((each) => sentence.startsWith(`${each}: `));
  if (flow === undefined) return asSentence(sentence);
  return (
    <>
      <strong>{flowWords(flow).name}</strong>: {asSentence(sentence.slice(flow.length + 2))}
    </>
  );
}
