import { SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import type { PayloadView, TrafficDetail } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Copy } from '../../ui/copy.tsx';
import { count, fromBase64 } from '../../ui/format.ts';
import { shownText } from '../../ui/safe-text.ts';
import { Diff } from './diff.tsx';
import { Hex } from './hex.tsx';
import { PayloadTree } from './payload-tree.tsx';

const Plot = lazy(() => import('./plot.tsx').then((module) => ({ default: module.Plot })));

type Shown = PayloadView['kind'] | 'raw' | 'diff' | 'plot';

/** A payload in every way that it can be read. Nothing in it is carried out, followed or fetched. */
export function Payload(props: { detail: TrafficDetail }): ReactNode {
  const { row, views, text, numbers, payloadCut } = props.detail;
  const kinds = shownKinds(views, numbers.length > 0);
  const [chosen, setChosen] = useState<Shown>(lastChosen);
  if (row.size === 0) return <p className="faint">{t('traffic:payload.empty')}</p>;
  const shown = kinds.includes(chosen) ? chosen : (kinds[0] ?? 'hex');
  return (
    <>
      <div className="row">
        <SegmentedControl
          className="detail-views"
          aria-label={t('traffic:payload.shown')}
          value={shown}
          onChange={(next) => {
            lastChosen = next;
            setChosen(next);
          }}
          data={kinds.map((kind) => ({ value: kind, label: t(`traffic:payload.kind.${kind}`) }))}
        />
        <span className="spring" />
        {text === null ? null : <Copy text={text} what={t('traffic:payload.copy')} />}
      </div>
      {payloadCut ? (
        <p className="warning">{t('traffic:payload.cut', { size: count(row.size) })}</p>
      ) : null}
      <Body detail={props.detail} shown={shown} />
    </>
  );
}

/** Whoever looks at hex goes on to look at hex. */
let lastChosen: Shown = 'json';

function shownKinds(views: readonly PayloadView[], hasNumbers: boolean): Shown[] {
  const kinds = views.map(({ kind }) => kind);
  // Text that is JSON has its tree first, and its characters as they came beside it.
  const read = kinds.flatMap<Shown>((kind) =>
    kind === 'text' ? [kinds.includes('json') ? 'raw' : 'text'] : [kind],
  );
  return [...read, 'diff', ...(hasNumbers ? (['plot'] as const) : [])];
}

function Body(props: { detail: TrafficDetail; shown: Shown }): ReactNode {
  const { detail, shown } = props;
  const { payloadBase64, text, views, row } = detail;
  const bytes = useMemo(() => fromBase64(payloadBase64), [payloadBase64]);
  switch (shown) {
    case 'json':
    case 'cbor':
    case 'msgpack': {
      const view = views.find(({ kind }) => kind === shown);
      return view !== undefined && 'tree' in view ? <PayloadTree tree={view.tree} /> : null;
    }
    case 'raw':
    case 'text':
      return (
        <pre className="code detail-code" dir="ltr" tabIndex={0}>
          {shownText(text ?? '')}
        </pre>
      );
    case 'image': {
      const view = views.find((each) => each.kind === 'image');
      return view === undefined ? null : (
        <div className="detail-code" tabIndex={0}>
          <img
            className="detail-image"
            alt={t('traffic:payload.image', {
              width: view.width ?? '?',
              height: view.height ?? '?',
            })}
            src={`data:${view.mime};base64,${payloadBase64}`}
          />
        </div>
      );
    }
    case 'hex':
      return <Hex bytes={bytes} />;
    case 'diff':
      return <Diff id={row.id} />;
    case 'plot':
      return (
        <Suspense>
          <Plot topic={row.topic} numbers={detail.numbers} />
        </Suspense>
      );
  }
}
