import { useMemo, type ReactNode } from 'react';
import { countAttacks } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { IconShieldCheck } from '@tabler/icons-react';
import { t } from '../../i18n/index.ts';
import { AttackDetail } from './attack-detail.tsx';
import { startRun } from './commands.ts';
import { Library } from './library.tsx';
import { RunAll } from './run-all.tsx';

/** Attacks on a throw-away bench, each with the check that stops it. */
export function Attacks(): ReactNode {
  const all = useLab((store) => store.scenarios);
  const attackId = useLab((store) => store.attackId);
  const run = useCommand(startRun);
  const attacks = useMemo(() => all?.filter(({ kind }) => kind === 'attack') ?? null, [all]);
  const ids = useMemo(() => attacks?.map(({ id }) => id) ?? [], [attacks]);
  if (attacks === null) return <p className="soft">{t('lab:attacks.reading')}</p>;
  const chosen = attacks.find(({ id }) => id === attackId) ?? attacks[0];
  if (chosen === undefined) {
    return (
      <Empty icon={<IconShieldCheck size={36} stroke={1.4} />} title={t('lab:attacks.none')}>
        {t('lab:attacks.noneText')}
      </Empty>
    );
  }
  return (
    <div className="lab-part">
      <div className="row lab-actions">
        <RunAll of="attack" ids={ids} label={t('lab:attacks.runAll', { count: ids.length })} />
        <span className="spring" />
        <Summary />
      </div>
      {run.state.kind === 'refused' ? (
        <Refusal refusal={run.state.refusal} onClose={run.dismiss} />
      ) : null}
      <div className="lab-columns">
        <section className="panel lab-list" aria-label={t('lab:attacks.list')}>
          <Library
            name={t('lab:attacks.list')}
            verb={t('lab:attacks.verb')}
            scenarios={attacks}
            chosen={chosen.id}
            onChoose={(id) => {
              useLab.setState({ attackId: id });
            }}
            onRun={(id) => void run.run({ id })}
          />
        </section>
        <AttackDetail key={chosen.id} scenario={chosen} />
      </div>
    </div>
  );
}

/** `16 of 16 stopped`, and what is missing to that. */
function Summary(): ReactNode {
  const scenarios = useLab((store) => store.scenarios);
  const runs = useLab((store) => store.runs);
  const { total, stopped, through, running, untried } = useMemo(
    () =>
      countAttacks(
        (scenarios ?? []).filter(({ kind }) => kind === 'attack'),
        runs.values(),
      ),
    [scenarios, runs],
  );
  return (
    <div className="row attack-summary" data-testid="attack-summary">
      <Tag tone={through > 0 ? 'bad' : stopped === total ? 'ok' : 'quiet'}>
        {t('lab:attacks.stopped', { stopped, total })}
      </Tag>
      {through > 0 ? (
        <Tag tone="bad" plain>
          {t('lab:attacks.through', { count: through })}
        </Tag>
      ) : null}
      {running > 0 ? (
        <Tag tone="busy" plain>
          {t('lab:attacks.running', { running })}
        </Tag>
      ) : null}
      {untried > 0 ? <span className="faint">{t('lab:attacks.untried', { untried })}</span> : null}
    </div>
  );
}
