import { ActionIcon, CloseButton, Tooltip } from '@mantine/core';
import { IconPin, IconPinnedFilled } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { RefusalView, TrafficDetail } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { NOT_CONNECTED, toRefusal } from '../../state/refusal.ts';
import { pinMessage, selectMessage, useTraffic } from '../../state/traffic.store.ts';
import { count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Bookmark } from './bookmark.tsx';
import { Facts } from './facts.tsx';
import { Payload } from './payload.tsx';
import { Verdicts } from './verdicts.tsx';

type Loaded =
  | { kind: 'loading' }
  | { kind: 'loaded'; detail: TrafficDetail }
  | { kind: 'refused'; refusal: RefusalView };

/** One message whole. Mounted anew for each. */
export function Detail(props: { id: number }): ReactNode {
  const [turn, setTurn] = useState(0);
  const loaded = useDetail(props.id, turn);
  return (
    <aside
      className="panel detail"
      aria-label={t('traffic:detail.message')}
      data-testid="traffic-detail"
    >
      <div className="panel-head">
        <h2>{t('traffic:detail.message')}</h2>
        <span className="faint">{`#${count(props.id)}`}</span>
        <span className="spring" />
        <Pin id={props.id} />
        <CloseButton
          size="sm"
          aria-label={t('traffic:detail.close')}
          onClick={() => {
            selectMessage(null);
          }}
        />
      </div>
      <div className="detail-body">
        {loaded.kind === 'loaded' ? (
          <>
            <Facts detail={loaded.detail} />
            <Verdicts detail={loaded.detail} />
            <Bookmark
              id={props.id}
              mark={loaded.detail.mark}
              onChanged={() => {
                setTurn(turn + 1);
              }}
            />
            <Payload detail={loaded.detail} />
          </>
        ) : null}
        {loaded.kind === 'refused' ? <Refusal refusal={loaded.refusal} /> : null}
      </div>
    </aside>
  );
}

/** Others are compared with the pinned one instead of the one before them. */
function Pin(props: { id: number }): ReactNode {
  const pinned = useTraffic((store) => store.pinnedId);
  const isPinned = pinned === props.id;
  const label = isPinned ? t('traffic:detail.pinned') : t('traffic:detail.pin');
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        aria-label={t('traffic:detail.pin')}
        aria-pressed={isPinned}
        onClick={() => {
          pinMessage(isPinned ? null : props.id);
        }}
      >
        {isPinned ? <IconPinnedFilled size={15} /> : <IconPin size={15} />}
      </ActionIcon>
    </Tooltip>
  );
}

function useDetail(id: number, turn: number): Loaded {
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
  }, [id, turn]);
  return loaded;
}
