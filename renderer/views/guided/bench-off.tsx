import { Button } from '@mantine/core';
import { IconPlayerPlayFilled, IconPower } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BenchView, RoleName } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { isOff } from '../../state/rack.ts';
import { useCommand } from '../../ui/use-command.ts';
import { PlainRefusal } from './plain.tsx';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

export const startRoles = (client: Client, roles: RoleName[]): Promise<unknown> =>
  client.bench.start({ roles });

/** Whether the bench can reach any vehicle. */
export function isReady(bench: BenchView): boolean {
  return bench.roles.broker.kind === 'on' && bench.roles.backend.kind === 'on';
}

/** Said where nothing can be reached, with the one button that helps. */
export function BenchOff(props: { bench: BenchView }): ReactNode {
  const { roles, settings } = props.bench;
  const { state, run } = useCommand(startRoles);
  const outside = settings.externalBroker;
  // Simulated vehicles come along, unless this bench works with real ones at an outside broker.
  const simulates = useVehicles(
    ({ vehicles }) =>
      vehicles?.some(isOff) === true || (vehicles?.length === 0 && outside === null),
  );
  const failed = [roles.broker, roles.backend, roles.dcu].find(({ kind }) => kind === 'failed');
  const starting = [roles.broker, roles.backend].some(({ kind }) => kind === 'starting');
  return (
    <div className="guided-card guided-off" data-tone="warn" data-testid="guided-off">
      <IconPower size={32} aria-hidden />
      <div>
        <h2>{t('guided:off.title')}</h2>
        <p>{t('guided:off.says')}</p>
        {outside === null ? null : (
          <p className="mono">{t('guided:off.outside', { url: outside.url })}</p>
        )}
        {failed?.kind === 'failed' ? <PlainRefusal refusal={failed.refusal} /> : null}
        {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      </div>
      <CopyCommand
        compact
        command={cli.serve(
          props.bench.workspace,
          simulates ? ['broker', 'backend', 'dcu'] : ['broker', 'backend'],
        )}
      />
      <Button
        size="lg"
        data-testid="guided-start-bench"
        leftSection={<IconPlayerPlayFilled size={20} aria-hidden />}
        loading={state.kind === 'running' || starting}
        onClick={() => {
          void run(simulates ? ['broker', 'backend', 'dcu'] : ['broker', 'backend']);
        }}
      >
        {starting ? t('guided:off.starting') : t('guided:off.start')}
      </Button>
    </div>
  );
}
