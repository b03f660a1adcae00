import { Anchor } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { PayloadDiff, RefusalView, TrafficRow } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { useConnection } from '../../state/connection.store.ts';
import { toRefusal } from '../../state/refusal.ts';
import { selectMessage, useTraffic } from '../../state/traffic.store.ts';
import { clockTime, count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';

type Compared =
  | { kind: 'loading' }
  | { kind: 'compared'; against: TrafficRow | null; diff: PayloadDiff | null }
  | { kind: 'refused'; refusal: RefusalView };

/** What changed since the message before on the topic, or since the pinned one. */
export function Diff(props: { id: number }): ReactNode {
  const { id } = props;
  const pinned = useTraffic((store) => (store.pinnedId === id ? null : store.pinnedId));
  const [compared, setCompared] = useState<Compared>({ kind: 'loading' });
  useEffect(() => {
    const { state } = useConnection.getState();
    if (state.kind !== 'up') return undefined;
    const gone = new AbortController();
    const asked = { id, ...(pinned === null ? {} : { against: pinned }) };
    state.client.traffic.diff(asked, { signal: gone.signal }).then(
      ({ against, diff }) => {
        if (!gone.signal.aborted) setCompared({ kind: 'compared', against, diff });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setCompared({ kind: 'refused', refusal: toRefusal(error) });
      },
    );
    return () => {
      gone.abort();
    };
  }, [id, pinned]);
  if (compared.kind === 'loading') return null;
  if (compared.kind === 'refused') return <Refusal refusal={compared.refusal} />;
  const { against, diff } = compared;
  if (against === null || diff === null) {
    return <p className="faint">{t('traffic:diff.none')}</p>;
  }
  return (
    <>
      <p className="soft">
        <Rich
          text={
            pinned === null
              ? t('traffic:diff.before', { time: clockTime(against.at) })
              : t('traffic:diff.pinned', { time: clockTime(against.at) })
          }
          parts={{
            message: (
              <Anchor
                component="button"
                type="button"
                size="xs"
                onClick={() => {
                  selectMessage(against.id);
                }}
              >
                {`#${count(against.id)}`}
              </Anchor>
            ),
          }}
        />
      </p>
      <div className="detail-code" tabIndex={0} data-testid="traffic-diff">
        <Changes diff={diff} />
      </div>
    </>
  );
}

const tones = { added: 'ok', removed: 'bad', changed: 'warn' } as const;

function Changes(props: { diff: PayloadDiff }): ReactNode {
  const { diff } = props;
  switch (diff.kind) {
    case 'same':
      return <p className="faint">{t('traffic:diff.same')}</p>;
    case 'bytes':
      return (
        <p>
          {t('traffic:diff.bytes', {
            before: count(diff.sizeBefore),
            after: count(diff.sizeAfter),
            start: count(diff.commonStart),
            end: count(diff.commonEnd),
          })}
        </p>
      );
    case 'structure':
      if (diff.changes.length === 0) {
        return <p className="faint">{t('traffic:diff.sameValues')}</p>;
      }
      return (
        <ul className="diff">
          {diff.changes.map((change, index) => (
            <li key={index} data-tone={tones[change.kind]}>
              <span className="diff-word">{t(`traffic:diff.kind.${change.kind}`)}</span>
              <bdi className="mono">
                {change.path === '' ? t('traffic:diff.all') : shownLine(change.path)}
              </bdi>
              <span className="mono diff-values">
                {change.before === null ? null : <del>{shownLine(change.before)}</del>}
                {change.after === null ? null : <ins>{shownLine(change.after)}</ins>}
              </span>
            </li>
          ))}
          {diff.cut ? <li className="faint">{t('traffic:diff.more')}</li> : null}
        </ul>
      );
  }
}
