import { Button } from '@mantine/core';
import { IconBroadcast } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { BenchView, DoctorCell } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useAcl } from '../../state/acl.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { cellKey, verdictOf } from '../../state/verdict.ts';
import { asSentence } from '../../ui/told/told.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { VerdictMark } from './matrix.tsx';
import { flowWords } from './words.ts';

/** Why the chosen cell is as it is, and a way to see it happen. */
export function Why(props: { cell: DoctorCell | null }): ReactNode {
  const { cell } = props;
  const saved = useAcl((store) => store.saved?.text ?? '');
  return (
    <section
      className="panel why"
      aria-label={t('trust:why.label')}
      aria-live="polite"
      data-testid="why"
    >
      <div className="panel-head">
        <h2>{t('trust:why.title')}</h2>
        {cell === null ? (
          <span className="soft">{t('trust:why.choose')}</span>
        ) : (
          <>
            <span className="clip">
              <span className="mono">{cell.identity}</span>{' '}
              {t(`trust:matrix.access.${cell.access}`)} {flowWords(cell.flow).name}
            </span>
            <VerdictMark verdict={verdictOf(cell)} />
          </>
        )}
      </div>
      {/* What was seen under other rules says nothing about these. */}
      {cell === null ? null : <Explained key={`${cellKey(cell)} ${saved}`} cell={cell} />}
    </section>
  );
}

function Explained(props: { cell: DoctorCell }): ReactNode {
  const { cell } = props;
  return (
    <div className="panel-body fields">
      <p>{asSentence(cell.why)}</p>
      {cell.line === null ? null : (
        <div className="deciding">
          <span className="faint">{t('trust:rules.line', { line: cell.line })}</span>
          <code className="mono">{cell.lineText}</code>
        </div>
      )}
      <dl className="facts">
        <dt>{t('trust:why.topic')}</dt>
        <dd className="mono">{cell.topic}</dd>
      </dl>
      <TryLive cell={cell} />
    </div>
  );
}

type Seen = { allowed: boolean; detail: string };

function TryLive(props: { cell: DoctorCell }): ReactNode {
  const { identity, flow, access, topic } = props.cell;
  const bench = useBench((store) => store.bench);
  const vehicles = useVehicles((store) => store.vehicles);
  const unsaved = useAcl((store) => store.draft !== null);
  const foreign = useAcl((store) => store.cast !== null);
  const [seen, setSeen] = useState<Seen | null>(null);
  const root = bench?.settings.topicRoot ?? '';
  const vin = topic.slice(root.length + 1).split('/')[0] ?? '';
  const { state, run, dismiss } = useCommand(
    useCallback(
      async (client: Client) => {
        setSeen(null);
        setSeen(await client.acl.tryLive({ identity, flow, access, vin }));
      },
      [identity, flow, access, vin],
    ),
    'look',
  );
  const own = ['backend', 'gatekeeper', ...(vehicles ?? []).map((vehicle) => vehicle.vin)];
  const obstacle = obstacleOf(bench, { unsaved, foreign, known: own.includes(identity) });
  return (
    <>
      <div className="row try-live">
        <Button
          variant="default"
          leftSection={<IconBroadcast size={15} aria-hidden />}
          data-testid="try-live"
          disabled={obstacle !== null}
          aria-describedby="try-live-says"
          loading={state.kind === 'running'}
          onClick={() => {
            void run();
          }}
        >
          {t('trust:why.try')}
        </Button>
        <span className="soft" id="try-live-says">
          {obstacle ?? t('trust:why.trySays')}
        </span>
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      {seen === null || obstacle !== null ? null : (
        <div className="seen" data-testid="try-live-seen" data-allowed={seen.allowed}>
          <Tag tone={seen.allowed ? 'ok' : 'bad'}>
            {seen.allowed ? t('trust:why.allowed') : t('trust:why.refused')}
          </Tag>
          <span>{asSentence(seen.detail)}</span>
        </div>
      )}
    </>
  );
}

/** Why it cannot be tried now; null when it can. */
function obstacleOf(
  bench: BenchView | null,
  is: { unsaved: boolean; foreign: boolean; known: boolean },
): string | null {
  if (bench === null) return t('trust:why.noBench');
  if (is.foreign) return t('trust:why.foreign');
  if (is.unsaved) return t('trust:why.unsaved');
  if (bench.settings.externalBroker !== null) return t('trust:why.outside');
  if (bench.roles.broker.kind !== 'on') return t('trust:why.noBroker');
  return is.known ? null : t('trust:why.noCertificate');
}
