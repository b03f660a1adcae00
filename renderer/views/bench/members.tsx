import type { ReactNode } from 'react';
import type { UpdateMember } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { percent } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { stageTones, stageWords } from '../../ui/words.ts';

/** The ECUs of a bundle in the order they are updated, each with how far it is. */
export function Members(props: { members: readonly UpdateMember[] }): ReactNode {
  return (
    <ol className="members" aria-label={t('bench:update.members')} data-testid="members">
      {props.members.map((member, index) => (
        <li
          key={member.ecuId}
          data-testid={`member-${member.ecuId}`}
          data-stage={member.stage}
          data-tone={stageTones[member.stage]}
        >
          <span className="faint">{index + 1}.</span>
          <span className="mono clip" title={member.ecuId}>
            {member.ecuId}
          </span>
          <span className="mono clip" title={member.version}>
            {member.version}
          </span>
          <div
            className="bar"
            role="progressbar"
            aria-label={t('bench:update.progressOf', { ecu: member.ecuId })}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={member.progress}
          >
            <div style={{ width: `${String(member.progress)}%` }} />
          </div>
          <span>{percent(member.progress)}</span>
          <Tag tone={stageTones[member.stage]} plain>
            {stageWords(member.stage)}
          </Tag>
          {member.refusal ? <Refusal refusal={member.refusal} /> : null}
        </li>
      ))}
    </ol>
  );
}
