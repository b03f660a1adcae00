import { IconArrowBackUp, IconChevronRight, IconHistory } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { hasEnded, isRollback, markOf, whatOf } from '../../state/path.ts';
import { focusUpdate, shownUpdate, useUpdates } from '../../state/updates.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { FirstAction } from '../../ui/first-action.tsx';
import { clockTime, count, dateTime, duration } from '../../ui/format.ts';
import { shownText } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { signatureWords, stageWords } from '../../ui/words.ts';
import { told } from '../../ui/told/told.ts';
import { UpdateTag } from './update-tag.tsx';

/** Updates drawn here, newest first. */
const SHOWN = 60;

export function History(): ReactNode {
  const updates = useUpdates((store) => store.updates);
  const shown = useUpdates(shownUpdate);
  const [openId, setOpenId] = useState<string | null>(null);
  const known = updates ?? [];
  return (
    <section className="panel history" aria-label={t('bench:history.title')}>
      <div className="panel-head">
        <h2>{t('bench:history.title')}</h2>
        <span className="faint">{known.length === 0 ? '' : count(known.length)}</span>
      </div>
      {known.length === 0 ? (
        <Empty
          icon={<IconHistory size={28} stroke={1.4} />}
          title={t('bench:history.none')}
          action={<FirstAction onBench />}
        >
          {t('bench:history.noneSays')}
        </Empty>
      ) : (
        <ol className="history-list">
          {known.slice(0, SHOWN).map((update) => (
            <Entry
              key={update.updateId}
              update={update}
              shown={update.updateId === shown?.updateId}
              open={update.updateId === openId}
              onPress={() => {
                focusUpdate(update.updateId);
                setOpenId(update.updateId === openId ? null : update.updateId);
              }}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function Entry(props: {
  update: UpdateView;
  shown: boolean;
  open: boolean;
  onPress: () => void;
}): ReactNode {
  const { update } = props;
  const last = update.steps.at(-1);
  return (
    <li className="entry" data-shown={props.shown} data-testid="history-entry">
      <button type="button" aria-expanded={props.open} onClick={props.onPress}>
        <IconChevronRight size={14} aria-hidden className="chevron" />
        <span className="entry-what clip">
          {isRollback(update) ? (
            <IconArrowBackUp size={13} aria-label={t('bench:history.rollbackTo')} />
          ) : null}{' '}
          <span className="mono">{update.version}</span>{' '}
          <span className="soft">{whatOf(update)}</span>
        </span>
        <UpdateTag update={update} plain />
        <span className="faint entry-when" title={dateTime(update.createdAt)}>
          {clockTime(update.createdAt).slice(0, 8)}
          {hasEnded(update) && last ? (
            <span className="entry-took">{` · ${duration(last.at - update.createdAt)}`}</span>
          ) : null}
        </span>
      </button>
      {props.open ? <Steps update={update} /> : null}
    </li>
  );
}

function Steps(props: { update: UpdateView }): ReactNode {
  const { update } = props;
  return (
    <div className="steps">
      <p className="faint">
        {dateTime(update.createdAt)} · <span className="mono">{update.vin}</span>
        {update.foreign ? ` · ${t('bench:update.foreign')}` : ''}
      </p>
      {update.description === '' ? null : <p dir="auto">{shownText(told(update.description))}</p>}
      <ol>
        {update.steps.map((step, index) => {
          const mark = markOf(update, step);
          const signature = mark === null ? null : signatureWords(mark);
          return (
            <li key={index}>
              <span className="mono faint">{clockTime(step.at)}</span>
              <span className="step-stage">{stageWords(step.stage)}</span>
              {signature ? (
                <Tag tone={signature.tone} plain title={signature.says}>
                  {signature.word}
                </Tag>
              ) : (
                <span />
              )}
              <span className="step-detail soft">{told(step.detail)}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
