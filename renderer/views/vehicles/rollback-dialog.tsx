import { Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { EcuView, VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { RollbackOutcome } from './rollback-outcome.tsx';
import { RollbackPlan } from './rollback-plan.tsx';
import { told } from '../../ui/told/told.ts';

/** What will happen, then, once it was confirmed, how it goes and the verdict it ends in. */
export function RollbackDialog(props: {
  vehicle: VehicleView;
  ecu: EcuView;
  onClose: () => void;
}): ReactNode {
  const { vehicle, ecu, onClose } = props;
  const [updateId, setUpdateId] = useState<string | null>(null);
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        updateId === null
          ? t('vehicles:rollback.ask', { ecu: told(ecu.name) })
          : t('vehicles:rollback.of', { ecu: told(ecu.name) })
      }
      size={640}
      closeButtonProps={{ 'aria-label': t('vehicles:rollback.close') }}
    >
      {updateId === null ? (
        <RollbackPlan vin={vehicle.vin} ecu={ecu} onSent={setUpdateId} onClose={onClose} />
      ) : (
        <RollbackOutcome updateId={updateId} onClose={onClose} />
      )}
    </Modal>
  );
}
