import { ActionIcon, Tabs, Tooltip } from '@mantine/core';
import { IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { useFaults } from '../../state/faults.store.ts';
import { isOff } from '../../state/rack.ts';
import { adviceWords } from './advice.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Copy } from '../../ui/copy.tsx';
import { dateTime } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Compare } from './compare.tsx';
import { Conditions } from './conditions.tsx';
import { Ecu } from './ecu.tsx';
import { Faults } from './faults.tsx';
import { History } from './history.tsx';
import { Job } from './job.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

const FIRST_TAB = 'ecus';
/** As topics name it. */
const INVENTORY = 'inventory';

/** The chosen vehicle: what it is, what it does, and everything about it in four parts. */
export function Detail(props: {
  vehicle: VehicleView;
  tab: string;
  onTab: (tab: string) => void;
}): ReactNode {
  const { vehicle } = props;
  const { vin } = vehicle;
  const set = useFaults(
    (store) => store.faults?.filter((each) => each.vin === vin && each.state !== 'spent').length,
  );
  return (
    <div className="vehicle" data-testid={`vehicle-${vin}`}>
      <section className="panel" aria-label={t('vehicles:detail.label', { vin })}>
        <Head vehicle={vehicle} />
        {vehicle.fault ? (
          <div className="vehicle-part">
            <Refusal refusal={vehicle.fault} />
          </div>
        ) : null}
        <Job vehicle={vehicle} />
        <Conditions vehicle={vehicle} />
      </section>
      <Tabs
        value={props.tab}
        keepMounted={false}
        className="vehicle-tabs"
        onChange={(tab) => {
          props.onTab(tab ?? FIRST_TAB);
        }}
      >
        <Tabs.List aria-label={t('vehicles:detail.parts')}>
          <Tabs.Tab value="ecus" data-testid="vehicle-tab-ecus">
            {t('vehicles:detail.ecus')}
          </Tabs.Tab>
          <Tabs.Tab value="faults" data-testid="vehicle-tab-faults">
            {t('vehicles:detail.faults')}
            {set === undefined || set === 0 ? '' : ` (${String(set)})`}
          </Tabs.Tab>
          <Tabs.Tab value="history" data-testid="vehicle-tab-history">
            {t('vehicles:detail.history')}
          </Tabs.Tab>
          <Tabs.Tab value="compare" data-testid="vehicle-tab-compare">
            {t('vehicles:detail.compare')}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="ecus">
          <Ecus vehicle={vehicle} />
        </Tabs.Panel>
        <Tabs.Panel value="faults">
          <Faults vehicle={vehicle} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <History vehicle={vehicle} />
        </Tabs.Panel>
        <Tabs.Panel value="compare">
          <Compare vehicle={vehicle} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function Head(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  const { vin, profile, lastSeenAt, conditions } = vehicle;
  const workspace = useWorkspace();
  const [removing, setRemoving] = useState(false);
  const where = vehicle.simulated
    ? t('vehicles:detail.simulated')
    : isOff(vehicle)
      ? t('vehicles:detail.off')
      : t('vehicles:detail.outside');
  return (
    <>
      <div className="panel-head">
        <h2 className="mono clip" title={vin}>
          {vin}
        </h2>
        <Copy text={vin} what={t('vehicles:detail.vin')} />
        <Tag tone={vehicle.online ? 'ok' : 'quiet'}>
          {vehicle.online ? t('vehicles:detail.online') : t('vehicles:detail.offline')}
        </Tag>
        <span className="faint clip">
          {profile === null ? '' : `${profile}, `}
          {where}
        </span>
        <span className="spring" />
        <span className="faint vehicle-seen">
          {lastSeenAt === null
            ? t('vehicles:detail.never')
            : t('vehicles:detail.lastSeen', { time: dateTime(lastSeenAt) })}
        </span>
        {conditions === null ? null : (
          <CopyCommand compact command={cli.conditions(workspace, vin, conditions)} />
        )}
        {profile === null ? null : (
          <Tooltip label={t('vehicles:detail.removeTip')}>
            <ActionIcon
              size="sm"
              aria-label={t('vehicles:detail.remove', { vin })}
              data-testid="vehicle-remove"
              onClick={() => {
                setRemoving(true);
              }}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {vehicle.advice.length === 0 ? null : (
        <ul className="advice" aria-label={t('vehicles:detail.advice')}>
          {vehicle.advice.map((advice) => (
            <li key={advice}>
              <IconInfoCircle size={14} aria-hidden /> {adviceWords(advice)}
            </li>
          ))}
        </ul>
      )}
      {removing ? (
        <RemoveDialog
          vehicle={vehicle}
          onClose={() => {
            setRemoving(false);
          }}
        />
      ) : null}
    </>
  );
}

function Ecus(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  if (vehicle.ecus.length === 0) {
    return (
      <p className="soft vehicle-none">
        {isOff(vehicle) ? (
          t('vehicles:detail.ecusOff')
        ) : (
          <Rich
            text={t('vehicles:detail.noInventory')}
            parts={{ topic: <span className="mono">{INVENTORY}</span> }}
          />
        )}
      </p>
    );
  }
  return (
    <div className="ecus">
      {vehicle.ecus.map((ecu) => (
        <Ecu key={ecu.ecuId} vehicle={vehicle} ecu={ecu} />
      ))}
    </div>
  );
}
