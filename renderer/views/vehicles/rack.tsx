import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useFaults } from '../../state/faults.store.ts';
import { liveFaults, rackChoices, rackOf, type RackChoice } from '../../state/rack.ts';
import { showScreen } from '../../state/screen.store.ts';
import { count } from '../../ui/format.ts';
import { RackRow } from './rack-row.tsx';

const ROW_PX = 52;
const IN_SIGHT_PX = 700;

/** The list of vehicles: only the rows in sight are drawn, so that hundreds are no more than ten. */
export function Rack(props: { vehicles: readonly VehicleView[]; chosen: string }): ReactNode {
  const { vehicles, chosen } = props;
  const faults = useFaults((store) => store.faults);
  const [text, setText] = useState('');
  const [choice, setChoice] = useState<RackChoice>('all');
  const live = useMemo(() => liveFaults(faults ?? []), [faults]);
  const listed = rackOf(vehicles, live, { text, choice });
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: listed.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    // The first rows come with the rack itself, before its height is known.
    initialRect: { width: 0, height: IN_SIGHT_PX },
  });
  const at = listed.findIndex(({ vin }) => vin === chosen);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    // Chosen elsewhere, such as in the palette: brought into view once.
    if (at < 0 || shown.current === chosen) return;
    shown.current = chosen;
    virtual.scrollToIndex(at);
  }, [virtual, at, chosen]);

  const choose = (index: number): void => {
    const vehicle = listed[Math.max(0, Math.min(listed.length - 1, index))];
    if (vehicle) showScreen('vehicles', vehicle.vin);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 10,
      PageUp: at - 10,
      Home: 0,
      End: listed.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
  };
  const items = virtual.getVirtualItems();
  const drawn = items.some(({ index }) => index === at);
  return (
    <section className="panel rack" aria-label={t('vehicles:rack.label')}>
      <div className="rack-find">
        <TextInput
          aria-label={t('vehicles:rack.find')}
          placeholder={t('vehicles:rack.findHint')}
          data-testid="rack-find"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        <Select
          aria-label={t('vehicles:rack.which')}
          allowDeselect={false}
          data={rackChoices.map((value) => ({ value, label: t(`vehicles:rack.choice.${value}`) }))}
          value={choice}
          onChange={(value) => {
            setChoice(rackChoices.find((each) => each === value) ?? 'all');
          }}
        />
      </div>
      <div
        ref={scroller}
        className="rack-scroll"
        role="listbox"
        aria-label={t('vehicles:rack.vehicles')}
        aria-activedescendant={drawn ? `rack-${chosen}` : undefined}
        tabIndex={0}
        data-testid="rack"
        onKeyDown={onKeyDown}
      >
        <div
          className="rack-space"
          role="presentation"
          style={{ height: `${String(virtual.getTotalSize())}px` }}
        >
          {items.map(({ index, start }) => {
            const vehicle = listed[index];
            return vehicle === undefined ? null : (
              <RackRow
                key={vehicle.vin}
                vehicle={vehicle}
                faults={live.get(vehicle.vin) ?? 0}
                isChosen={index === at}
                place={{ index, of: listed.length, start }}
              />
            );
          })}
        </div>
      </div>
      {listed.length === 0 ? <p className="soft rack-none">{t('vehicles:rack.none')}</p> : null}
      {listed.length < vehicles.length ? (
        <p className="faint rack-count">
          {t('vehicles:rack.listed', { some: count(listed.length), all: count(vehicles.length) })}
        </p>
      ) : null}
    </section>
  );
}
