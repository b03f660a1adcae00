import { Button } from '@mantine/core';
import { IconArrowDown, IconListSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { TrafficRow } from '#core/contract';
import {
  holdTraffic,
  releaseTraffic,
  selectMessage,
  useTraffic,
} from '../../state/traffic.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { bytes, clockTime, count } from '../../ui/format.ts';

const ROW_PX = 26;
/** Closer than this to the end counts as the end; a fraction of a row is left by zooming. */
const END_PX = ROW_PX;

/** Oldest on top, the newest at the end, as a terminal has it. Scrolling back holds the list. */
export function Rows(): ReactNode {
  const { rows, hold, waitingCount } = useTraffic((store) => store.traffic);
  const filter = useTraffic((store) => store.filter);
  const selectedId = useTraffic((store) => store.selectedId);
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const live = hold.kind === 'live';
  const newestId = rows.at(-1)?.id;
  useEffect(() => {
    if (live && rows.length > 0) virtual.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [live, newestId, rows.length, virtual]);

  // Opened for one message: it is brought into view once it is listed.
  const wanted = useRef(selectedId);
  useEffect(() => {
    if (wanted.current === null || rows.length === 0) return;
    const index = rows.findIndex((row) => row.id === wanted.current);
    wanted.current = null;
    if (index === -1) return;
    holdTraffic('scroll');
    virtual.scrollToIndex(index, { align: 'center' });
  }, [rows, virtual]);

  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
    const wentBack = box.scrollTop < lastTop.current;
    lastTop.current = box.scrollTop;
    if (live && wentBack && !atEnd) holdTraffic('scroll');
    else if (atEnd && hold.kind === 'held' && hold.by === 'scroll') releaseTraffic();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.id === selectedId);
    const to = at === -1 ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, at + step));
    if (live) holdTraffic('button');
    selectMessage(rows[to]?.id ?? null);
    virtual.scrollToIndex(to);
  };

  return (
    <section className="panel traffic-list" aria-label="Messages">
      <div className="traffic-row traffic-head" aria-hidden>
        <span>Time</span>
        <span>Topic</span>
        <span>From</span>
        <span>QoS</span>
        <span className="number">Size</span>
        <span>Payload</span>
      </div>
      {rows.length === 0 ? <NoRows filter={filter} /> : null}
      <div
        ref={scroller}
        className="traffic-scroll"
        role="listbox"
        aria-label="Messages, newest last"
        aria-activedescendant={selectedId === null ? undefined : `message-${selectedId.toString()}`}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div
          role="presentation"
          className="traffic-space"
          style={{ height: `${virtual.getTotalSize().toString()}px` }}
        >
          {/* Keyed by place: a fast list then rewrites its rows instead of making new ones. */}
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <Row key={item.index} row={row} top={item.start} selected={row.id === selectedId} />
            );
          })}
        </div>
      </div>
      {hold.kind === 'held' && hold.by === 'scroll' ? (
        <div className="traffic-newest">
          <Button
            leftSection={<IconArrowDown size={14} aria-hidden />}
            onClick={() => {
              releaseTraffic();
            }}
          >
            Newest{waitingCount > 0 ? ` · ${count(waitingCount)} waiting` : ''}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

const Row = memo(function Row(props: {
  row: TrafficRow;
  top: number;
  selected: boolean;
}): ReactNode {
  const { row, top, selected } = props;
  return (
    <div
      id={`message-${row.id.toString()}`}
      className="traffic-row"
      role="option"
      aria-selected={selected}
      data-testid="traffic-row"
      data-kind={row.kind}
      data-topic={row.topic}
      style={{ transform: `translateY(${top.toString()}px)` }}
      onClick={() => {
        selectMessage(selected ? null : row.id);
      }}
    >
      <span className="mono faint">{clockTime(row.at)}</span>
      <span className="traffic-topic mono" title={row.topic}>
        {row.kind === 'publish' ? null : <span>{eventWords[row.kind]}</span>}
        <span className="clip clip-start">
          <bdi>{row.topic === '' ? row.clientId : row.topic}</bdi>
        </span>
      </span>
      <span className="clip soft">{row.clientId ?? '—'}</span>
      <span className="mono faint">
        {row.kind === 'publish' ? row.qos : ''}
        {row.retain ? ' R' : ''}
        {row.dup ? ' D' : ''}
      </span>
      <span className="number mono faint">{row.kind === 'publish' ? bytes(row.size) : ''}</span>
      <span className="mono clip soft">
        {row.preview}
        {row.cut ? '…' : ''}
      </span>
    </div>
  );
});

const eventWords: Record<TrafficRow['kind'], string> = {
  publish: '',
  connect: '● connected',
  disconnect: '○ disconnected',
  subscribe: '▸ subscribed',
  refused: '✕ refused',
};

function NoRows(props: { filter: string }): ReactNode {
  return (
    <Empty
      icon={<IconListSearch size={32} stroke={1.4} />}
      title={props.filter === '#' ? 'No message yet' : 'No message matches'}
      action={
        <Button
          variant="default"
          onClick={() => {
            showScreen('bench');
          }}
        >
          Go to Bench
        </Button>
      }
    >
      {props.filter === '#'
        ? 'Everything the broker passes on is listed here as it comes. Run the demo to see some.'
        : 'Messages that match the filter are listed here as they come. # matches every topic.'}
    </Empty>
  );
}
