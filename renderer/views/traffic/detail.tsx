import { CloseButton, SegmentedControl } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { RefusalView, TrafficDetail } from '#core/contract';
import { useConnection } from '../../state/connection.store.ts';
import { NOT_CONNECTED, toRefusal } from '../../state/refusal.ts';
import { selectMessage } from '../../state/traffic.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { count, dateTime, clockTime, fromBase64, hexDump, prettyJson } from '../../ui/format.ts';
import { Json } from '../../ui/json.tsx';
import { Refusal } from '../../ui/refusal.tsx';

type Loaded =
  | { kind: 'loading' }
  | { kind: 'loaded'; detail: TrafficDetail }
  | { kind: 'refused'; refusal: RefusalView };

/** One message whole. Mounted anew for each. */
export function Detail(props: { id: number }): ReactNode {
  const loaded = useDetail(props.id);
  return (
    <aside className="panel detail" aria-label="Message" data-testid="traffic-detail">
      <div className="panel-head">
        <h2>Message</h2>
        <span className="faint">#{count(props.id)}</span>
        <span className="spring" />
        <CloseButton
          size="sm"
          aria-label="Close the message"
          onClick={() => {
            selectMessage(null);
          }}
        />
      </div>
      <div className="detail-body">
        {loaded.kind === 'loaded' ? <Loaded detail={loaded.detail} /> : null}
        {loaded.kind === 'refused' ? <Refusal refusal={loaded.refusal} /> : null}
      </div>
    </aside>
  );
}

function useDetail(id: number): Loaded {
  const [loaded, setLoaded] = useState<Loaded>(() =>
    useConnection.getState().state.kind === 'up'
      ? { kind: 'loading' }
      : { kind: 'refused', refusal: NOT_CONNECTED },
  );
  useEffect(() => {
    const { state } = useConnection.getState();
    if (state.kind !== 'up') return undefined;
    const gone = new AbortController();
    state.client.traffic.detail({ id }, { signal: gone.signal }).then(
      (detail) => {
        if (!gone.signal.aborted) setLoaded({ kind: 'loaded', detail });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setLoaded({ kind: 'refused', refusal: toRefusal(error) });
      },
    );
    return () => {
      gone.abort();
    };
  }, [id]);
  return loaded;
}

type View = 'pretty' | 'raw' | 'hex';

function Loaded(props: { detail: TrafficDetail }): ReactNode {
  const { row, text, payloadBase64 } = props.detail;
  const pretty = text === null ? null : prettyJson(text);
  const [view, setView] = useState<View>(
    pretty !== null ? 'pretty' : text !== null ? 'raw' : 'hex',
  );
  const shown =
    view === 'pretty' ? pretty : view === 'raw' ? text : hexDump(fromBase64(payloadBase64));
  return (
    <>
      <dl className="facts">
        <dt>Topic</dt>
        <dd className="mono">
          {row.topic} <Copy text={row.topic} what="topic" />
        </dd>
        <dt>From</dt>
        <dd className="mono">{row.clientId ?? 'unknown'}</dd>
        <dt>Time</dt>
        <dd>
          {dateTime(row.at).slice(0, 10)} {clockTime(row.at)}
        </dd>
        <dt>Delivery</dt>
        <dd>
          QoS {row.qos}
          {row.retain ? ' · retained' : ''}
          {row.dup ? ' · duplicate flag' : ''} · {count(row.size)} bytes
        </dd>
      </dl>
      <div className="row">
        <SegmentedControl
          aria-label="How the payload is shown"
          value={view}
          onChange={setView}
          data={[
            { value: 'pretty', label: 'Pretty', disabled: pretty === null },
            { value: 'raw', label: 'Raw', disabled: text === null },
            { value: 'hex', label: 'Hex' },
          ]}
        />
        <span className="spring" />
        <Copy text={shown ?? ''} what="payload as shown" />
      </div>
      {row.size === 0 ? (
        <p className="faint">The payload is empty.</p>
      ) : view === 'hex' ? (
        <pre className="code detail-code detail-hex" tabIndex={0}>
          {shown}
        </pre>
      ) : (
        <div className="detail-code" tabIndex={0}>
          <Json text={shown ?? ''} />
        </div>
      )}
    </>
  );
}
