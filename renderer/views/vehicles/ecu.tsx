import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCpu } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { EcuView, VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Hash } from '../../ui/copy.tsx';
import { Tag } from '../../ui/tag.tsx';
import { percent } from '../../ui/format.ts';
import { doingWords } from '../../ui/words.ts';
import { Banks } from './banks.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';
import { told } from '../../ui/told/told.ts';

export function Ecu(props: { vehicle: VehicleView; ecu: EcuView }): ReactNode {
  const { vehicle, ecu } = props;
  const busy = ecu.activity !== 'idle';
  return (
    <article
      className="ecu"
      aria-label={t('vehicles:ecu.label', { ecu: told(ecu.name) })}
      data-testid={`ecu-${ecu.ecuId}`}
    >
      <div className="ecu-head">
        <IconCpu size={18} stroke={1.7} aria-hidden />
        <h3 className="clip" title={told(ecu.name)}>
          {told(ecu.name)}
        </h3>
        <span className="mono faint clip" title={ecu.ecuId}>
          {ecu.ecuId}
        </span>
        <span className="spring" />
        {busy ? (
          <Tag tone="busy">
            {doingWords(ecu.activity)} {percent(ecu.progress)}
          </Tag>
        ) : (
          <Tag tone="quiet" plain>
            {doingWords(ecu.activity)}
          </Tag>
        )}
        <Rollback vehicle={vehicle} ecu={ecu} />
      </div>
      <div className="ecu-bar">
        {busy ? (
          <div
            className="bar"
            role="progressbar"
            aria-label={t('vehicles:ecu.progress', {
              doing: doingWords(ecu.activity),
              ecu: told(ecu.name),
            })}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={ecu.progress}
          >
            <div style={{ width: `${ecu.progress.toString()}%` }} />
          </div>
        ) : null}
      </div>
      <Banks ecu={ecu} />
      <Facts vehicle={vehicle} ecu={ecu} />
    </article>
  );
}

function Facts(props: { vehicle: VehicleView; ecu: EcuView }): ReactNode {
  const { vehicle, ecu } = props;
  const { boot } = ecu;
  const nameOf = (id: string): string =>
    told(vehicle.ecus.find(({ ecuId }) => ecuId === id)?.name ?? id);
  return (
    <dl className="ecu-facts">
      <div>
        <dt>{t('vehicles:ecu.layout')}</dt>
        <dd>{ecu.layout === 'single' ? t('vehicles:ecu.single') : t('vehicles:ecu.dual')}</dd>
      </div>
      <div>
        <dt>{t('vehicles:ecu.hardware')}</dt>
        <dd className="mono clip" title={ecu.hardwareId}>
          {ecu.hardwareId}
        </dd>
      </div>
      <div>
        <dt>{t('vehicles:ecu.part')}</dt>
        <dd className="mono clip" title={ecu.partNumber}>
          {ecu.partNumber}
        </dd>
      </div>
      <div>
        <dt>{t('vehicles:ecu.bootloader')}</dt>
        <dd>
          <Hash sha256={ecu.bootloaderSha256} />
        </dd>
      </div>
      {boot === null ? null : (
        <div>
          <dt>{t('vehicles:ecu.starts')}</dt>
          <dd>
            {boot.attempt === 0
              ? t('vehicles:ecu.allowed', { allowed: boot.allowed })
              : t('vehicles:ecu.tried', { attempt: boot.attempt, allowed: boot.allowed })}
          </dd>
        </div>
      )}
      {ecu.dependsOn.length === 0 ? null : (
        <div>
          <dt>{t('vehicles:ecu.after')}</dt>
          <dd className="clip" title={ecu.dependsOn.join(', ')}>
            {ecu.dependsOn.map(nameOf).join(', ')}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Never a dead button: the dialog shows what would happen, or why it would be refused. */
function Rollback(props: { vehicle: VehicleView; ecu: EcuView }): ReactNode {
  const { vehicle, ecu } = props;
  const [open, setOpen] = useState(false);
  const { possible } = ecu.rollback;
  return (
    <>
      <Button
        variant="default"
        data-testid={`rollback-${ecu.ecuId}`}
        data-possible={possible}
        aria-haspopup="dialog"
        aria-label={t('vehicles:ecu.rollBackOf', { ecu: told(ecu.name) })}
        leftSection={<IconArrowBackUp size={15} aria-hidden />}
        className={possible ? '' : 'blocked'}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t('vehicles:ecu.rollBack')}
      </Button>
      {open ? (
        <RollbackDialog
          vehicle={vehicle}
          ecu={ecu}
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
