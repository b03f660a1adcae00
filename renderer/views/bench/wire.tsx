import { Tooltip } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LinkView, RefusalView, TrafficRow } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { topicWords } from '../../state/lines.ts';
import { useMessages } from '../../state/messages.store.ts';
import { asSentence, nextStep } from '../../ui/told/told.ts';

/** Which topics pass here, and in which direction they are drawn. */
const passing = {
  backend: {
    out: ['issue_details', 'command', 'firmware'],
    back: ['acknowledgment', 'progress'],
  },
  dcu: {
    out: ['status', 'command', 'firmware'],
    back: ['acknowledgment', 'progress', 'inventory'],
  },
} as const;

/** A connection to the broker: whether it is up, and the newest message each way. */
export function Wire(props: {
  root: string;
  between: keyof typeof passing;
  link: LinkView | undefined;
}): ReactNode {
  const { out, back } = passing[props.between];
  const rows = useMessages((store) => store.rows);
  const state = props.link?.state ?? 'idle';
  // What passed before the connection went is no longer on the wire.
  const there = state === 'up' ? newest(props.root, rows, out) : null;
  const here = state === 'up' ? newest(props.root, rows, back) : null;
  const refusal = props.link?.refusal;
  return (
    <div className="wire" data-up={state === 'up'}>
      <div className="wire-message">
        {there ? (
          <span key={beat(there.row)} className="wire-flash">
            {there.kind} <IconArrowRight size={12} aria-label={t('bench:wire.right')} />
          </span>
        ) : null}
      </div>
      <div className="wire-line">
        {there ? <i key={`out ${beat(there.row)}`} className="wire-dot" /> : null}
        {here ? <i key={`back ${beat(here.row)}`} className="wire-dot wire-dot-back" /> : null}
      </div>
      <div className="wire-message">
        {here ? (
          <span key={beat(here.row)} className="wire-flash">
            <IconArrowLeft size={12} aria-label={t('bench:wire.left')} /> {here.kind}
          </span>
        ) : (
          <LinkState state={state} refusal={refusal} />
        )}
      </div>
    </div>
  );
}

/** As long as a dot travels: a storm of blocks is drawn as one dot after the other. */
const BEAT_MS = 700;

function beat(row: TrafficRow): string {
  return Math.floor(row.at / BEAT_MS).toString();
}

/** One word on the wire; why it is down, whole, to whoever points at it or tabs to it. */
function LinkState(props: {
  state: LinkView['state'];
  refusal: RefusalView | undefined;
}): ReactNode {
  const { state, refusal } = props;
  if (refusal === undefined) {
    return (
      <span className={state === 'lost' ? 'wire-refused' : 'faint'}>
        {t(`bench:wire.link.${state}`)}
      </span>
    );
  }
  return (
    <Tooltip
      label={t('bench:wire.refused', {
        code: refusal.code,
        reason: asSentence(refusal.reason),
        next: nextStep(refusal),
      })}
      events={{ hover: true, focus: true, touch: true }}
    >
      <button type="button" className="wire-refused" data-code={refusal.code}>
        {refusal.code}
      </button>
    </Tooltip>
  );
}

function newest(
  root: string,
  rows: readonly TrafficRow[],
  kinds: readonly string[],
): { row: TrafficRow; kind: string } | null {
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (row?.kind !== 'publish') continue;
    const kind = topicWords(root, row.topic)?.kind;
    if (kind !== undefined && kinds.includes(kind)) return { row, kind };
  }
  return null;
}
