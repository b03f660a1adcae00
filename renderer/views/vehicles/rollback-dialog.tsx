import { Button, Modal } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { EcuView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { showScreen } from '../../state/screen.store.ts';
import { focusUpdate } from '../../state/updates.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

/** Names what it will touch, and does so only when told. */
export function RollbackDialog(props: {
  vin: string;
  ecu: EcuView;
  opened: boolean;
  onClose: () => void;
}): ReactNode {
  const { vin, ecu, opened, onClose } = props;
  const { state, run, dismiss } = useCommand(
    useCallback(
      async (client: Client) => {
        const { updateId } = await client.vehicles.rollback({ vin, ecuId: ecu.ecuId });
        focusUpdate(updateId);
      },
      [vin, ecu.ecuId],
    ),
  );
  const from = ecu.banks.find((bank) => bank.bank === ecu.activeBank);
  const to = ecu.banks.find((bank) => bank.bank !== ecu.activeBank);
  const close = (): void => {
    dismiss();
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Roll back ${ecu.name}?`}
      size={520}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="rollback">
        <p>
          <strong>{ecu.name}</strong> (<span className="mono">{ecu.ecuId}</span>) of vehicle{' '}
          <span className="mono">{vin}</span> reboots into its other bank. Nothing else is touched.
        </p>
        <div className="rollback-change">
          <div>
            <span className="faint">Now, bank {ecu.activeBank}</span>
            <strong className="mono">{from?.version ?? 'nothing'}</strong>
            <span className="faint">counter {from?.releaseCounter ?? 'none'}</span>
          </div>
          <IconArrowRight size={20} aria-label="becomes" />
          <div>
            <span className="faint">After, bank {to?.bank ?? '?'}</span>
            <strong className="mono">
              {ecu.rollback.possible ? ecu.rollback.toVersion : (to?.version ?? 'nothing')}
            </strong>
            <span className="faint">counter {to?.releaseCounter ?? 'none'}</span>
          </div>
        </div>
        <p className="soft">
          The command is signed and sent at QoS 2. The ECU checks the image before it boots from it.
        </p>
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        <div className="row rollback-buttons">
          <Button variant="default" onClick={close} data-autofocus>
            Keep {from?.version ?? 'it'}
          </Button>
          <Button
            color="red"
            data-testid="rollback-confirm"
            loading={state.kind === 'running'}
            onClick={() => {
              void run().then((done) => {
                if (!done) return;
                onClose();
                showScreen('bench');
              });
            }}
          >
            Roll back to {ecu.rollback.possible ? ecu.rollback.toVersion : ''}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
