import { Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconListSearch } from '@tabler/icons-react';
import { memo, useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { noFilter } from '../../state/message-filter.ts';
import { showScreen } from '../../state/screen.store.ts';
import {
  messages,
  releaseTraffic,
  selectMessage,
  setFilter,
  useTraffic,
} from '../../state/traffic.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { count } from '../../ui/format.ts';
import { openLiveRows, type LiveRows } from './live-rows.ts';

/** The boxes of the list. What is in them is drawn by hand; see live-rows.ts. */
export const Rows = memo(function Rows(): ReactNode {
  const selectedId = useTraffic((store) => store.selectedId);
  const isEmpty = useTraffic((store) => store.listed === 0);
  const order = useTraffic((store) => store.order);
  const scroller = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const view = useRef<HTMLDivElement>(null);
  const pool = useRef<HTMLDivElement>(null);
  const live = useRef<LiveRows>(null);

  useEffect(() => {
    if (!scroller.current || !space.current || !view.current || !pool.current) return undefined;
    const rows = openLiveRows({
      scroller: scroller.current,
      space: space.current,
      view: view.current,
      pool: pool.current,
    });
    live.current = rows;
    // Opened for one message: it is brought into view.
    const wanted = useTraffic.getState().selectedId;
    if (wanted !== null && messages.count > 0) rows.reveal(messages.indexOf(wanted));
    return () => {
      live.current = null;
      rows.close();
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const turns = { PageDown: 1, PageUp: -1, End: Infinity, Home: -Infinity }[event.key];
    if (turns !== undefined) {
      event.preventDefault();
      live.current?.turn(turns);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || messages.count === 0) return;
    event.preventDefault();
    const from = selectedId === null ? null : messages.indexOf(selectedId);
    const start = messages.order === 'newest' ? 0 : messages.count - 1;
    const to = from === null ? start : Math.min(messages.count - 1, Math.max(0, from + step));
    live.current?.reveal(to);
    const id = messages.idAt(to);
    if (id !== undefined) selectMessage(id);
  };

  return (
    <section className="panel traffic-list" aria-label={t('traffic:rows.label')}>
      <div className="traffic-row traffic-head" aria-hidden>
        <span>{t('traffic:rows.time')}</span>
        <span>{t('traffic:rows.topic')}</span>
        <span>{t('traffic:rows.from')}</span>
        <span>{t('traffic:rows.qos')}</span>
        <span className="number">{t('traffic:rows.size')}</span>
        <span>{t('traffic:rows.payload')}</span>
      </div>
      {isEmpty ? <NoRows /> : null}
      <div
        ref={scroller}
        className="traffic-scroll"
        role="listbox"
        aria-label={
          order === 'newest' ? t('traffic:rows.newestFirst') : t('traffic:rows.newestLast')
        }
        aria-activedescendant={selectedId === null ? undefined : `message-${String(selectedId)}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const hit = event.target instanceof Element ? event.target.closest('[data-id]') : null;
          const id = hit instanceof HTMLElement ? Number(hit.dataset['id']) : null;
          if (id !== null) selectMessage(id === selectedId ? null : id);
        }}
      >
        <div ref={space} role="presentation" className="traffic-space">
          <div ref={view} role="presentation" className="traffic-view">
            <div ref={pool} role="presentation" className="traffic-pool" />
          </div>
        </div>
      </div>
      <Newest />
    </section>
  );
});

function Newest(): ReactNode {
  const { hold, order } = useTraffic.getState();
  const isScrolled = useTraffic(
    (store) => store.hold.kind === 'held' && store.hold.by === 'scroll',
  );
  const waiting = useTraffic((store) => store.waiting);
  if (!isScrolled || hold.kind === 'live') return null;
  const Arrow = order === 'newest' ? IconArrowUp : IconArrowDown;
  return (
    <div className="traffic-newest" data-order={order}>
      <Button
        leftSection={<Arrow size={14} aria-hidden />}
        onClick={() => {
          releaseTraffic();
        }}
      >
        {t('traffic:rows.newest')}
        {waiting > 0 ? ` · ${t('traffic:rows.waiting', { number: count(waiting) })}` : ''}
      </Button>
    </div>
  );
}

function NoRows(): ReactNode {
  const isFiltered = useTraffic((store) => store.filter !== noFilter);
  const isSearching = useTraffic((store) => store.search.kind === 'running');
  if (isSearching) return null;
  return (
    <Empty
      icon={<IconListSearch size={32} stroke={1.4} />}
      title={isFiltered ? t('traffic:rows.noMatch') : t('traffic:rows.none')}
      action={
        <Button
          variant="default"
          onClick={() => {
            if (isFiltered) setFilter(noFilter);
            else showScreen('bench');
          }}
        >
          {isFiltered ? t('traffic:rows.everything') : t('traffic:rows.toBench')}
        </Button>
      }
    >
      {isFiltered ? t('traffic:rows.noMatchText') : t('traffic:rows.noneText')}
    </Empty>
  );
}
