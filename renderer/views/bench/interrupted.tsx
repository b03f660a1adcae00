import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RoleName, RoleState, UpdateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useBench, useWorkspace } from '../../state/bench.store.ts';
import { missingRoles } from '../../state/carrying.ts';
import { cli } from '../../state/cli-commands.ts';
import { hasEnded } from '../../state/path.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { WaitingNote } from '../../ui/waiting-note.tsx';
import { startRoles } from '../guided/bench-off.tsx';

/** What an update waits for that began while the roles ran, as before a crash; empty if nothing. */
export function useMissingRoles(update: UpdateView): readonly RoleName[] {
  const bench = useBench((store) => store.bench);
  const ended = hasEnded(update);
  const vehicle = useVehicles(({ vehicles }) =>
    ended ? undefined : vehicles?.find(({ vin }) => vin === update.vin),
  );
  return bench === null || ended ? [] : missingRoles(bench.roles, vehicle);
}

const CHANGING: ReadonlySet<RoleState['kind']> = new Set(['starting', 'stopping']);

/** Said of an update whose roles are off, with the one button that lets it go on. */
export function Interrupted(props: { roles: readonly RoleName[] }): ReactNode {
  const command = useCommand(startRoles);
  const { state, run } = command;
  const workspace = useWorkspace();
  const roles = [...props.roles];
  // They come by themselves, or are asked for again once they are off.
  const isChanging = useBench(({ bench }) =>
    props.roles.some((role) => CHANGING.has(bench?.roles[role].kind ?? 'off')),
  );
  return (
    <WaitingNote
      icon={<IconPlugConnectedX size={18} aria-hidden />}
      title={t('bench:interrupted.title')}
      says={t('bench:interrupted.says')}
      testId="update-interrupted"
      command={command}
    >
      <CopyCommand compact command={cli.serve(workspace, roles)} />
      <Button
        data-testid="update-start-roles"
        loading={state.kind === 'running' || isChanging}
        onClick={() => {
          void run(roles);
        }}
      >
        {t('bench:interrupted.start')}
      </Button>
    </WaitingNote>
  );
}
