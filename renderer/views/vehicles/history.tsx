import { Button, Select } from '@mantine/core';
import { IconArrowBackUp, IconArrowUp, IconChevronRight, IconHistory } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { HistoryEntry, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { showScreen } from '../../state/screen.store.ts';
import { focusUpdate, useUpdates } from '../../state/updates.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { dateTime, duration } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { stageTones, stageWords } from '../../ui/words.ts';
import { Verdict } from './verdict.tsx';
import { told } from '../../ui/told/told.ts';

const LIMIT = 200;

/** Updates and rollbacks of the vehicle, each rollback with the evidence of its verdict. */
export function History(props: { vehicle: VehicleView }): ReactNode {
  const { vin, ecus } = props.vehicle;
  const [ecuId, setEcuId] = useState<string | null>(null);
  // Whatever goes on with its updates may have written history.
  const stages = useUpdates((store) =>
    (store.updates ?? [])
      .filter((update) => update.vin === vin)
      .map(({ stage, steps }) => `${stage}${String(steps.length)}`)
      .join(),
  );
  const ask = useCallback(
    (client: Client) =>
      client.vehicles.history({ vin, limit: LIMIT, ...(ecuId === null ? {} : { ecuId }) }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again with every stage
    [vin, ecuId, stages],
  );
  const { answer } = useAsk(ask);
  const entries = answer.kind === 'told' ? answer.value : [];
  return (
    <section className="panel vehicle-panel" aria-label={t('vehicles:history.label')}>
      <div className="panel-head">
        <h2>{t('vehicles:history.title')}</h2>
        <span className="faint">{t('vehicles:history.newest')}</span>
        <span className="spring" />
        <Select
          aria-label={t('vehicles:history.which')}
          placeholder={t('vehicles:history.all')}
          clearable
          data={ecus.map((ecu) => ({ value: ecu.ecuId, label: told(ecu.name) }))}
          value={ecuId}
          onChange={setEcuId}
        />
      </div>
      {answer.kind === 'refused' ? <Refusal refusal={answer.refusal} /> : null}
      {answer.kind === 'told' && entries.length === 0 ? (
        <Empty icon={<IconHistory size={28} stroke={1.4} />} title={t('vehicles:history.nothing')}>
          {ecuId === null
            ? t('vehicles:history.nothingOfVehicle')
            : t('vehicles:history.nothingOfEcu')}
        </Empty>
      ) : null}
      <ol className="past">
        {entries.map((entry) => (
          <Entry key={`${entry.kind} ${entry.updateId} ${entry.ecuId}`} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry(props: { entry: HistoryEntry }): ReactNode {
  const { entry } = props;
  const [open, setOpen] = useState(false);
  const isRollback = entry.kind === 'rollback';
  const verdict = isRollback ? entry.verdict : null;
  // Where somebody wanted it, going back is no accident.
  const wanted =
    entry.stage === 'rolled_back' &&
    (verdict?.origin === 'technician' || verdict?.origin === 'campaign');
  const took = verdict
    ? verdict.endedAt - verdict.requestedAt
    : entry.endedAt === null
      ? null
      : entry.endedAt - entry.at;
  const version = isRollback
    ? verdict?.after?.banks.find(({ bank }) => bank === verdict.after?.activeBank)?.version
    : entry.version;
  return (
    <li data-testid="past" data-kind={entry.kind}>
      <button
        type="button"
        className="past-row"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <IconChevronRight size={14} aria-hidden className="chevron" />
        {isRollback ? (
          <IconArrowBackUp size={14} aria-hidden />
        ) : (
          <IconArrowUp size={14} aria-hidden />
        )}
        <span className="past-what clip">
          {isRollback ? t('vehicles:history.rollbackTo') : t('vehicles:history.updateTo')}{' '}
          <bdi className="mono">{version ?? t('vehicles:history.another')}</bdi>{' '}
          <bdi className="soft">
            {entry.ecuId === '' ? t('vehicles:history.several') : entry.ecuId}
          </bdi>
        </span>
        <Tag tone={wanted ? 'ok' : stageTones[entry.stage]} plain>
          {stageWords(entry.stage)}
        </Tag>
        <span className="faint past-when">
          {dateTime(entry.at)}
          {took === null ? '' : ` · ${duration(took)}`}
        </span>
      </button>
      {open ? <Opened entry={entry} /> : null}
    </li>
  );
}

function Opened(props: { entry: HistoryEntry }): ReactNode {
  const { entry } = props;
  const verdict = entry.kind === 'rollback' ? entry.verdict : null;
  const steps = useUpdates(
    (store) => store.updates?.find((each) => each.updateId === entry.updateId)?.steps,
  );
  return (
    <div className="past-open">
      {verdict ? <Verdict verdict={verdict} /> : null}
      {verdict === null && entry.refusal ? <Refusal refusal={entry.refusal} /> : null}
      {verdict === null && steps ? (
        <p className="soft" dir="auto">
          {shownLine(told(steps.at(-1)?.detail ?? ''), 300)}
        </p>
      ) : null}
      <div className="row">
        <span className="faint mono clip">{entry.updateId}</span>
        <span className="spring" />
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            focusUpdate(entry.updateId);
            showScreen('bench');
          }}
        >
          {t('vehicles:history.onBench')}
        </Button>
      </div>
    </div>
  );
}
