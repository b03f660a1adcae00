import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCpu } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { EcuView } from '#core/contract';
import { Hash } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { sentence } from '../../ui/words.ts';
import { Banks } from './banks.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export function Ecu(props: { vin: string; ecu: EcuView }): ReactNode {
  const { vin, ecu } = props;
  const busy = ecu.activity !== 'idle';
  return (
    <article className="ecu" aria-label={`ECU ${ecu.name}`} data-testid={`ecu-${ecu.ecuId}`}>
      <div className="ecu-head">
        <IconCpu size={18} stroke={1.7} aria-hidden />
        <h3>{ecu.name}</h3>
        <span className="mono faint">{ecu.ecuId}</span>
        <span className="spring" />
        {busy ? (
          <Tag tone="busy">
            {sentence(ecu.activity)} {ecu.progress} %
          </Tag>
        ) : (
          <Tag tone="quiet" plain>
            Idle
          </Tag>
        )}
        <Rollback vin={vin} ecu={ecu} />
      </div>
      <div className="ecu-bar">
        {busy ? (
          <div
            className="bar"
            role="progressbar"
            aria-label={`${sentence(ecu.activity)} on ${ecu.name}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={ecu.progress}
          >
            <div style={{ width: `${ecu.progress.toString()}%` }} />
          </div>
        ) : null}
      </div>
      <Banks ecu={ecu} />
      <dl className="ecu-facts">
        <div>
          <dt>Hardware</dt>
          <dd className="mono clip" title={ecu.hardwareId}>
            {ecu.hardwareId}
          </dd>
        </div>
        <div>
          <dt>Part</dt>
          <dd className="mono clip" title={ecu.partNumber}>
            {ecu.partNumber}
          </dd>
        </div>
        <div>
          <dt>Bootloader</dt>
          <dd>
            <Hash sha256={ecu.bootloaderSha256} />
          </dd>
        </div>
      </dl>
    </article>
  );
}

/** Never a dead button: where rolling back is not possible, pressing says why. */
function Rollback(props: { vin: string; ecu: EcuView }): ReactNode {
  const { vin, ecu } = props;
  const [open, setOpen] = useState(false);
  const { rollback } = ecu;
  const close = (): void => {
    setOpen(false);
  };
  return (
    <>
      <Button
        variant="default"
        data-testid={`rollback-${ecu.ecuId}`}
        data-possible={rollback.possible}
        aria-expanded={open}
        leftSection={<IconArrowBackUp size={15} aria-hidden />}
        className={rollback.possible ? '' : 'rollback-blocked'}
        onClick={() => {
          setOpen(!open);
        }}
      >
        Roll back
      </Button>
      {open && !rollback.possible ? (
        <div className="rollback-why">
          <Refusal refusal={rollback.refusal} onClose={close} />
        </div>
      ) : null}
      <RollbackDialog vin={vin} ecu={ecu} opened={open && rollback.possible} onClose={close} />
    </>
  );
}
