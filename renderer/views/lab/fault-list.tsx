import { Button, Switch } from '@mantine/core';
import { IconPlugX, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { clearFaults, useFaults } from '../../state/faults.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { FaultItems } from '../../ui/fault/fault-items.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

/** What is set in one vehicle, or in all of them. */
export function FaultList(props: { vin: string }): ReactNode {
  const { vin } = props;
  const all = useFaults((store) => store.faults);
  const [everywhere, setEverywhere] = useState(false);
  const clearing = useCommand(clearFaults);
  const faults = (all ?? []).filter((fault) => everywhere || fault.vin === vin);
  const own = faults.filter((fault) => fault.vin === vin);
  return (
    <section className="panel lab-detail" aria-label={t('lab:faults.set')} data-testid="faults">
      <div className="panel-head">
        <h2 className="clip" title={vin}>
          {everywhere ? (
            t('lab:faults.ofAll')
          ) : (
            <Rich text={t('lab:faults.of')} parts={{ vin: <bdi>{vin}</bdi> }} />
          )}
        </h2>
        <span className="spring" />
        <Switch
          size="xs"
          className="panel-switch"
          label={t('lab:faults.everywhere')}
          checked={everywhere}
          onChange={(event) => {
            setEverywhere(event.currentTarget.checked);
          }}
        />
        <Button
          variant="default"
          className="panel-button"
          leftSection={<IconX size={15} aria-hidden />}
          disabled={own.length === 0}
          title={t(own.length === 0 ? 'lab:faults.none' : 'lab:faults.ends', { vin })}
          data-testid="fault-clear-all"
          onClick={() => void clearing.run(vin)}
        >
          {t('lab:faults.clearAll')}
        </Button>
      </div>
      {clearing.state.kind === 'refused' ? (
        <Refusal refusal={clearing.state.refusal} onClose={clearing.dismiss} />
      ) : null}
      {faults.length === 0 ? (
        <Empty icon={<IconPlugX size={36} stroke={1.4} />} title={t('lab:faults.emptyTitle')}>
          {t('lab:faults.emptyText')}
        </Empty>
      ) : null}
      <FaultItems
        faults={faults}
        showVin={everywhere}
        onClear={(of, faultId) => void clearing.run(of, faultId)}
      />
    </section>
  );
}
