import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { PayloadTree as Tree, TreeNode } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { count } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';

const LINE_PX = 20;
const CLOSED = '▸';
const OPENED = '▾';
const INDENT_PX = 14;
/** 10,000 levels would leave no room for what is at the end of them. */
const INDENT_LEVELS = 24;

/** A value with its parts folded in and out. A list: depth costs nothing. */
export function PayloadTree(props: { tree: Tree }): ReactNode {
  const { nodes, cut } = props.tree;
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const lines = useMemo(() => linesOf(nodes, folded), [nodes, folded]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
  });
  return (
    <>
      {cut ? <p className="warning">{t('traffic:tree.cut')}</p> : null}
      <div ref={scroller} className="detail-code detail-tree mono" tabIndex={0} dir="ltr">
        <div className="detail-lines" style={{ height: `${String(virtual.getTotalSize())}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const at = lines[index] ?? 0;
            const node = nodes[at];
            return node === undefined ? null : (
              <div key={at} style={{ transform: `translateY(${String(start)}px)` }}>
                <Line
                  node={node}
                  hasBelow={node.end > at + 1}
                  folded={folded.has(at)}
                  onFold={() => {
                    const next = new Set(folded);
                    if (!next.delete(at)) next.add(at);
                    setFolded(next);
                  }}
                />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

/** The nodes that are seen: those inside a folded one are passed over. */
function linesOf(nodes: readonly TreeNode[], folded: ReadonlySet<number>): number[] {
  const lines: number[] = [];
  for (let at = 0; at < nodes.length;) {
    lines.push(at);
    at = folded.has(at) ? Math.max(at + 1, nodes[at]?.end ?? at + 1) : at + 1;
  }
  return lines;
}

function Line(props: {
  node: TreeNode;
  hasBelow: boolean;
  folded: boolean;
  onFold: () => void;
}): ReactNode {
  const { node, hasBelow, folded } = props;
  const indent = Math.min(node.depth, INDENT_LEVELS) * INDENT_PX;
  return (
    <span className="tree-line clip" style={{ paddingLeft: `${String(indent)}px` }}>
      {hasBelow ? (
        <button
          type="button"
          className="tree-fold"
          aria-expanded={!folded}
          aria-label={folded ? t('traffic:tree.unfold') : t('traffic:tree.fold')}
          onClick={props.onFold}
        >
          {folded ? CLOSED : OPENED}
        </button>
      ) : (
        <span className="tree-fold" />
      )}
      {node.depth > INDENT_LEVELS ? <span className="faint">{node.depth} </span> : null}
      {node.name === null ? null : (
        <>
          <bdi className="json-name">
            {typeof node.name === 'number' ? String(node.name) : shownLine(node.name)}
          </bdi>
          {node.duplicate ? (
            <span className="tree-duplicate"> {t('traffic:tree.again')}</span>
          ) : null}
          {': '}
        </>
      )}
      <Value node={node} />
    </span>
  );
}

function Value(props: { node: TreeNode }): ReactNode {
  const { kind, text, size } = props.node;
  switch (kind) {
    case 'object':
      return <span className="faint">{`{${count(size)}}`}</span>;
    case 'array':
      return <span className="faint">{`[${count(size)}]`}</span>;
    case 'string':
      return <bdi className="json-text">{`“${shownLine(text)}”`}</bdi>;
    case 'tag':
    case 'extension':
    case 'bytes':
      return (
        <span className="json-value">
          <span className="faint">{kind} </span>
          {shownLine(text)}
        </span>
      );
    case 'number':
    case 'boolean':
    case 'null':
    case 'undefined':
      // Every digit as it came: nothing here was ever a floating point number.
      return (
        <span className="json-value" title={shownLine(text)}>
          {shownLine(text)}
        </span>
      );
  }
}
