import { IconSend } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AnswerView, PublishRecord } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { draftFrom, type PublishDraft } from '../../state/publish-draft.ts';
import { Empty } from '../../ui/empty.tsx';
import { bytes, clockTime, count } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { told } from '../../ui/told/told.ts';

/** What was sent before, to be sent once more. */
export function PublishHistory(props: {
  records: readonly PublishRecord[];
  onAgain: (draft: PublishDraft) => void;
}): ReactNode {
  return (
    <div className="panel sent">
      <div className="panel-head">
        <h2>{t('traffic:sent.title')}</h2>
        <span className="faint">{count(props.records.length)}</span>
      </div>
      {props.records.length === 0 && (
        <Empty icon={<IconSend size={32} stroke={1.4} />} title={t('traffic:sent.none')}>
          {t('traffic:sent.noneSays')}
        </Empty>
      )}
      <ol tabIndex={0} hidden={props.records.length === 0} aria-label={t('traffic:sent.list')}>
        {props.records.map((record) => (
          <li key={record.id}>
            <button
              type="button"
              disabled={draftFrom(record) === null}
              title={draftFrom(record) === null ? t('traffic:sent.noText') : t('traffic:sent.take')}
              onClick={() => {
                const draft = draftFrom(record);
                if (draft !== null) props.onAgain(draft);
              }}
            >
              <span className="mono faint">{clockTime(record.at)}</span>
              <bdi className="mono clip">{shownLine(record.topic, 200)}</bdi>
              <span className="faint">{bytes(record.size)}</span>
              {record.outcome.kind === 'sent' ? (
                <Sent record={record} answer={record.outcome.answer} />
              ) : (
                <Tag tone="bad" title={told(record.outcome.refusal.reason)}>
                  {record.outcome.refusal.code}
                </Tag>
              )}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Of QoS 0 nobody ever says whether it arrived, or was allowed. */
function Sent(props: { record: PublishRecord; answer: AnswerView | null }): ReactNode {
  const { record, answer } = props;
  if (record.qos === 0) {
    return (
      <Tag tone="quiet" title={t('traffic:sent.unansweredSays')}>
        {t('traffic:sent.unanswered')}
      </Tag>
    );
  }
  const reason = answer?.reasonString;
  return (
    <Tag tone="ok" {...(reason == null ? {} : { title: shownLine(reason) })}>
      {answer?.words ?? t('traffic:sent.acknowledged')}
    </Tag>
  );
}
