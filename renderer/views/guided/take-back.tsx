import { Button, Modal } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { EcuView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useGuided } from '../../state/guided.store.ts';
import { useCommand } from '../../ui/use-command.ts';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { RollbackOutcome } from '../vehicles/rollback-outcome.tsx';
import { RollbackPlan } from '../vehicles/rollback-plan.tsx';
import { PlainRefusal } from './plain.tsx';
import { attachToSession } from './report-session.ts';
import { told } from '../../ui/told/told.ts';

/** Back to what was there, where that is possible; asked first, with what would happen. */
export function TakeBack(props: { vehicle: VehicleView; ecu: EcuView }): ReactNode {
  const { vehicle, ecu } = props;
  const [asking, setAsking] = useState(false);
  if (!ecu.rollback.possible && !asking) return null;
  return (
    <div className="guided-take-back">
      {ecu.rollback.possible ? (
        <>
          <Button
            size="md"
            variant="default"
            leftSection={<IconArrowBackUp size={18} aria-hidden />}
            data-testid={`guided-rollback-${ecu.ecuId}`}
            onClick={() => {
              setAsking(true);
            }}
          >
            {t('guided:result.rollback', { ecu: told(ecu.name), version: ecu.rollback.toVersion })}
          </Button>
          <p className="soft">{t('guided:result.rollbackSays')}</p>
        </>
      ) : null}
      {asking ? (
        <Dialog
          vehicle={vehicle}
          ecu={ecu}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </div>
  );
}

/** It belongs to the same session, so that the report tells of it. */
const attach = (client: Client, sessionId: string | null, updateId: string): Promise<void> =>
  attachToSession(client, sessionId, updateId);

function Dialog(props: { vehicle: VehicleView; ecu: EcuView; onClose: () => void }): ReactNode {
  const { vehicle, ecu, onClose } = props;
  const { sessionId, operator } = useGuided((store) => store.run);
  const [updateId, setUpdateId] = useState<string | null>(null);
  const { state, run } = useCommand(attach);
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('guided:result.rollbackTitle', { ecu: told(ecu.name) })}
      size={640}
      closeButtonProps={{ 'aria-label': t('guided:close') }}
    >
      {updateId === null ? (
        <RollbackPlan
          vin={vehicle.vin}
          ecu={ecu}
          askedBy={operator}
          onSent={(sent) => {
            setUpdateId(sent);
            void run(sessionId, sent);
          }}
          onClose={onClose}
        />
      ) : (
        <RollbackOutcome updateId={updateId} onClose={onClose} />
      )}
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
    </Modal>
  );
}
