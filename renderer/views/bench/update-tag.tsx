import type { ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { hasEnded } from '../../state/path.ts';
import { Tag } from '../../ui/tag.tsx';
import { stageWords, toneOf } from '../../ui/words.ts';
import { useMissingRoles } from './interrupted.tsx';

/** How far an update is, and where it stands still. */
export function UpdateTag(props: { update: UpdateView; plain?: boolean }): ReactNode {
  const { update, plain = false } = props;
  const isInterrupted = useMissingRoles(update).length > 0;
  const stage = stageWords(update.stage);
  if (hasEnded(update) || (!isInterrupted && !update.paused)) {
    return (
      <Tag tone={toneOf(update)} plain={plain}>
        {stage}
      </Tag>
    );
  }
  return (
    <Tag tone="warn" plain={plain} title={stage}>
      {isInterrupted ? t('bench:update.interrupted') : t('bench:update.paused')}
    </Tag>
  );
}
