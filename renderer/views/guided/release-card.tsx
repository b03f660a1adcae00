import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FitView, GuidedItem } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { bytes } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import type { Tone } from '../../ui/words.ts';
import { Exact, plainReason } from './plain.tsx';
import { told } from '../../ui/told/told.ts';

const relationTones: Record<FitView['relation'], Tone> = {
  newer: 'ok',
  same: 'quiet',
  older: 'warn',
  unknown: 'quiet',
};

/** A release that can be chosen: one press takes it, the next puts it back. */
export function FitCard(props: {
  fit: FitView;
  isChosen: boolean;
  onToggle: (item: GuidedItem) => void;
}): ReactNode {
  const { fit, isChosen, onToggle } = props;
  const { release, ecuId, ecuName, installedVersion, relation, refusal } = fit;
  return (
    <button
      type="button"
      className="guided-choice guided-fit"
      aria-pressed={isChosen}
      data-fits={refusal === null}
      data-testid="guided-release"
      data-version={release.version}
      onClick={() => {
        if (ecuId !== null) onToggle({ releaseId: release.releaseId, ecuId });
      }}
    >
      {isChosen ? (
        <IconCircleCheckFilled size={26} aria-hidden />
      ) : (
        <IconCircle size={26} stroke={1.6} aria-hidden />
      )}
      <span className="guided-fit-text">
        <span className="guided-fit-head">
          <strong>
            <bdi>{told(ecuName)}</bdi>
          </strong>
          <span className="mono guided-fit-version">
            <bdi>{release.version}</bdi>
          </span>
          <Tag tone={relationTones[relation]}>{t(`guided:releases.relation.${relation}`)}</Tag>
        </span>
        <bdi className="guided-fit-says" title={told(release.description)}>
          {told(release.description)}
        </bdi>
        <span className="soft">
          {installedVersion === null
            ? t('guided:releases.nothingRuns')
            : t('guided:releases.from', { version: installedVersion })}
          {' · '}
          {bytes(release.firmware.length)}
        </span>
        {refusal === null ? null : (
          <span className="guided-fit-why" data-tone="bad">
            {plainReason(refusal)}
          </span>
        )}
      </span>
    </button>
  );
}

/** One that cannot, and why. */
export function UnfitRow({ fit }: { fit: FitView }): ReactNode {
  const { release, ecuName, ecuId, refusal } = fit;
  if (refusal === null) return null;
  return (
    <li className="guided-unfit-row" data-testid="guided-unfit-row" data-code={refusal.code}>
      <p>
        <span className="mono">
          <bdi>{release.version}</bdi>
        </span>{' '}
        <span className="soft">
          {ecuId === null
            ? t('guided:releases.forHardware', { hardware: release.hardwareId })
            : t('guided:releases.for', { ecu: told(ecuName) })}
        </span>
      </p>
      <p className="guided-strong">{plainReason(refusal)}</p>
      <Exact refusal={refusal} />
    </li>
  );
}
