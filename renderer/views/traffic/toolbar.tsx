import { Button, TextInput } from '@mantine/core';
import { IconFilter, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { judgeFilter } from '../../state/topic-filter.ts';
import { forgetRows, holdTraffic, releaseTraffic, useTraffic } from '../../state/traffic.store.ts';
import { count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

const clear = async (client: Client): Promise<void> => {
  await client.traffic.clear();
  forgetRows();
};

export function Toolbar(props: { filter: string; onFilter: (filter: string) => void }): ReactNode {
  const { hold, waitingCount } = useTraffic((store) => store.traffic);
  const judgement = judgeFilter(props.filter);
  const clearing = useCommand(clear);
  const held = hold.kind === 'held';
  return (
    <>
      <div className="traffic-tools">
        <TextInput
          className="traffic-filter"
          aria-label="Topic filter"
          placeholder="Topic filter, such as vehicle/updates/+/progress"
          leftSection={<IconFilter size={15} aria-hidden />}
          classNames={{ input: 'mono' }}
          data-testid="traffic-filter"
          spellCheck={false}
          value={props.filter}
          error={judgement.kind === 'invalid' ? judgement.why : undefined}
          onChange={(event) => {
            props.onFilter(event.currentTarget.value);
          }}
        />
        <Button
          variant={held ? 'filled' : 'default'}
          data-testid="traffic-pause"
          aria-pressed={held}
          leftSection={
            held ? (
              <IconPlayerPlay size={14} aria-hidden />
            ) : (
              <IconPlayerPause size={14} aria-hidden />
            )
          }
          onClick={() => {
            if (held) releaseTraffic();
            else holdTraffic('button');
          }}
        >
          {held ? `Resume · ${count(waitingCount)} waiting` : 'Pause'}
        </Button>
        <Button
          variant="default"
          leftSection={<IconTrash size={14} aria-hidden />}
          loading={clearing.state.kind === 'running'}
          onClick={() => {
            void clearing.run();
          }}
        >
          Clear
        </Button>
        <span className="spring" />
        <Counts />
      </div>
      {clearing.state.kind === 'refused' ? (
        <Refusal refusal={clearing.state.refusal} onClose={clearing.dismiss} />
      ) : null}
    </>
  );
}

/** Where every message went: nothing disappears uncounted. */
function Counts(): ReactNode {
  const { counts, rows, skipped } = useTraffic((store) => store.traffic);
  const entries = [
    { name: 'seen', value: counts.seen, says: 'Messages seen since the start' },
    { name: 'held', value: counts.held, says: 'Still kept by the bench' },
    { name: 'evicted', value: counts.evicted, says: 'Made room for newer ones' },
    { name: 'skipped', value: skipped, says: 'Came too fast for this list; kept by the bench' },
    { name: 'listed', value: rows.length, says: 'Match the filter and are in the list below' },
  ];
  return (
    <dl className="traffic-counts" data-testid="traffic-counts">
      {entries.map(({ name, value, says }) => (
        <div key={name} title={says}>
          <dt>{name}</dt>
          <dd data-count={name} data-value={value}>
            {count(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
