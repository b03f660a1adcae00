import { Button } from '@mantine/core';
import { useCallback, type ReactNode } from 'react';
import type { RoleName, RoleState } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { roleWords } from '../../ui/words.ts';
import { useBench, useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

/** State of one role, with the button that changes it. */
export function RoleControl(props: { role: RoleName; state: RoleState }): ReactNode {
  const { role, state } = props;
  const isOn = state.kind === 'on' || state.kind === 'starting';
  const command = useCommand(
    useCallback(
      (client: Client) =>
        isOn ? client.bench.stop({ roles: [role] }) : client.bench.start({ roles: [role] }),
      [isOn, role],
    ),
  );
  const { word, tone } = roleWords(state.kind);
  return (
    <>
      <div className="station-line">
        <span data-testid={`role-${role}`} data-state={state.kind}>
          <Tag tone={tone} plain>
            {word}
          </Tag>
        </span>
        <span className="spring" />
        <Button
          size="compact-xs"
          variant="default"
          loading={command.state.kind === 'running' || state.kind === 'stopping'}
          aria-label={t(isOn ? 'bench:role.stopThe' : 'bench:role.startThe', {
            role: t(`bench:pipeline.${role}`),
          })}
          onClick={() => {
            void command.run();
          }}
        >
          {isOn ? t('bench:role.stop') : t('bench:role.start')}
        </Button>
      </div>
      {state.kind === 'failed' ? <Refusal refusal={state.refusal} /> : null}
      {command.state.kind === 'refused' ? (
        <Refusal refusal={command.state.refusal} onClose={command.dismiss} />
      ) : null}
    </>
  );
}

/** The role as a command; it begins where the button beside its state does. */
export function RoleCommand({ role }: { role: RoleName }): ReactNode {
  const workspace = useWorkspace();
  const outside = useBench((store) => store.bench?.settings.externalBroker) ?? null;
  // Of a process of its own: without a broker elsewhere the others need one beside them.
  const roles: RoleName[] = role === 'broker' || outside !== null ? [role] : ['broker', role];
  return <CopyCommand compact command={cli.serve(workspace, roles)} />;
}
