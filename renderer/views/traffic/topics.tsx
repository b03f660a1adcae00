import { Button } from '@mantine/core';
import { IconBinaryTree2, IconChevronRight, IconFilter } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, type ReactNode } from 'react';
import type { BranchView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { noFilter } from '../../state/message-filter.ts';
import { showScreen } from '../../state/screen.store.ts';
import { openMessage, setFilter } from '../../state/traffic.store.ts';
import { sparkPoints } from '../../state/topic-rows.ts';
import { Empty } from '../../ui/empty.tsx';
import { FirstAction } from '../../ui/first-action.tsx';
import { bytes, clockTime, count, decimal } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useTopicTree } from './use-topic-tree.ts';

const ROW_PX = 28;
const INDENT_PX = 16;
/** Deeper ones stand below each other: 200 levels would leave no room for names. */
const INDENT_LEVELS = 20;

/** Every topic with what is known of it, level by level; a level is asked for when it is opened. */
export function Topics(): ReactNode {
  const { tree, rows, refusal } = useTopicTree();
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  useEffect(() => {
    tree.want(first, end);
  }, [tree, rows, first, end]);
  return (
    <section className="panel topics" aria-label={t('traffic:topics.label')}>
      {refusal ? <Refusal refusal={refusal} /> : null}
      <div className="topics-row traffic-head" aria-hidden>
        <span>{t('traffic:topics.topic')}</span>
        <span className="number">{t('traffic:topics.messages')}</span>
        <span className="number">{t('traffic:topics.rate')}</span>
        <span>{t('traffic:topics.minute')}</span>
        <span className="number">{t('traffic:topics.size')}</span>
        <span>{t('traffic:topics.value')}</span>
        <span />
      </div>
      {rows.count === 0 ? (
        <Empty
          icon={<IconBinaryTree2 size={32} stroke={1.4} />}
          title={t('traffic:topics.none')}
          action={<FirstAction />}
        >
          {t('traffic:topics.noneText')}
        </Empty>
      ) : null}
      <div ref={scroller} className="traffic-scroll" tabIndex={0} data-testid="topics">
        <ul className="topics-space" style={{ height: `${String(virtual.getTotalSize())}px` }}>
          {items.map(({ index, start }) => {
            const row = rows.at(index);
            return row === undefined ? null : (
              <li key={index} style={{ transform: `translateY(${String(start)}px)` }}>
                {row.kind === 'waits' ? (
                  <span className="topics-more" aria-label={t('traffic:topics.loading')} />
                ) : (
                  <Branch
                    branch={row.branch}
                    depth={row.depth}
                    isOpen={row.isOpen}
                    onToggle={tree.toggle}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

const Branch = memo(function Branch(props: {
  branch: BranchView;
  depth: number;
  isOpen: boolean;
  onToggle: (path: string) => void;
}): ReactNode {
  const { branch, depth, isOpen } = props;
  const { own } = branch;
  const name = branch.level === '' ? t('traffic:topics.emptyLevel') : shownLine(branch.level, 300);
  return (
    <div className="topics-row" data-testid="topic-row" data-path={branch.path}>
      <span
        className="row mono"
        style={{ paddingLeft: `${String(Math.min(depth, INDENT_LEVELS) * INDENT_PX)}px` }}
      >
        {branch.hasBelow ? (
          <button
            type="button"
            className="topics-fold"
            aria-expanded={isOpen}
            title={shownLine(branch.path)}
            onClick={() => {
              props.onToggle(branch.path);
            }}
          >
            <IconChevronRight size={13} aria-hidden className="chevron" />
            <bdi className="clip">{name}</bdi>
            <span className="faint">{count(branch.topics)}</span>
          </button>
        ) : (
          <bdi className="clip topics-leaf" title={shownLine(branch.path)}>
            {name}
          </bdi>
        )}
      </span>
      <span className="number mono">{count(branch.count)}</span>
      <span className="number mono faint">
        {branch.rate < 10 ? decimal(branch.rate, 1) : count(branch.rate)}
      </span>
      <svg className="spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden>
        {/* Without the step that is still running: it would always look like a fall. */}
        <polyline points={sparkPoints(branch.spark.slice(0, -1))} />
      </svg>
      <span className="number mono faint">{bytes(branch.bytes)}</span>
      {own === null ? (
        <span className="faint">{clockTime(branch.lastAt)}</span>
      ) : (
        <button
          type="button"
          className="topics-last mono clip soft"
          title={t('traffic:topics.open')}
          onClick={() => {
            openMessage(own.last.id);
            showScreen('traffic');
          }}
        >
          <bdi>
            {shownLine(own.last.preview, 200)}
            {own.last.cut ? '…' : ''}
          </bdi>
        </button>
      )}
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={t('traffic:topics.listOf', { topic: name })}
        onClick={() => {
          const topic = branch.hasBelow ? `${branch.path}/#` : branch.path;
          setFilter({ ...noFilter, topic });
          showScreen('traffic');
        }}
      >
        <IconFilter size={13} aria-hidden />
      </Button>
    </div>
  );
});
