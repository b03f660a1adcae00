import { Chip, SegmentedControl, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';

import { JUDGEMENTS, KINDS, type FilterDraft, type Qos } from '../../state/message-filter.ts';

const SIZES = '0, 20k, 2M';

/** All conditions but topic and text. */
export function FilterFields(props: {
  filter: FilterDraft;
  sizeFault: string | undefined;
  timeFault: string | undefined;
  onChange: (part: Partial<FilterDraft>) => void;
}): ReactNode {
  const { filter, onChange } = props;
  const text = (name: 'client' | 'source' | 'minSize' | 'maxSize' | 'since' | 'until') => ({
    value: filter[name],
    onChange: (event: { currentTarget: { value: string } }): void => {
      onChange({ [name]: event.currentTarget.value });
    },
  });
  return (
    <div className="fields">
      <div className="pair">
        <TextInput label={t('traffic:filter.client')} spellCheck={false} {...text('client')} />
        <TextInput
          label={t('traffic:filter.source')}
          placeholder={t('traffic:filter.sourceHint')}
          spellCheck={false}
          {...text('source')}
        />
      </div>
      <fieldset className="traffic-choice">
        <legend>{t('traffic:filter.kinds')}</legend>
        <Chip.Group
          multiple
          value={[...filter.kinds]}
          onChange={(chosen) => {
            onChange({ kinds: KINDS.filter((kind) => chosen.includes(kind)) });
          }}
        >
          {KINDS.map((kind) => (
            <Chip key={kind} value={kind} size="xs">
              {t(`traffic:filter.kind.${kind}`)}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <fieldset className="traffic-choice">
        <legend>{t('traffic:filter.signature')}</legend>
        <Chip.Group
          multiple
          value={[...filter.verdicts]}
          onChange={(chosen) => {
            onChange({ verdicts: JUDGEMENTS.filter((each) => chosen.includes(each)) });
          }}
        >
          {JUDGEMENTS.map((judgement) => (
            <Chip key={judgement} value={judgement} size="xs">
              {t(`traffic:filter.judgement.${judgement}`)}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <fieldset className="traffic-choice">
        <legend>{t('traffic:filter.qos')}</legend>
        <Chip.Group
          multiple
          value={filter.qos.map(String)}
          onChange={(chosen) => {
            const all: readonly Qos[] = [0, 1, 2];
            onChange({ qos: all.filter((qos) => chosen.includes(String(qos))) });
          }}
        >
          {['0', '1', '2'].map((qos) => (
            <Chip key={qos} value={qos} size="xs">
              {qos}
            </Chip>
          ))}
        </Chip.Group>
      </fieldset>
      <div className="pair">
        <fieldset className="traffic-choice">
          <legend>{t('traffic:filter.retain')}</legend>
          <SegmentedControl
            fullWidth
            aria-label={t('traffic:filter.retain')}
            value={filter.retained}
            onChange={(retained) => {
              onChange({ retained });
            }}
            data={[
              { value: 'any', label: t('traffic:filter.any') },
              { value: 'yes', label: t('traffic:filter.set') },
              { value: 'no', label: t('traffic:filter.notSet') },
            ]}
          />
        </fieldset>
        <fieldset className="traffic-choice">
          <legend>{t('traffic:filter.direction')}</legend>
          <SegmentedControl
            fullWidth
            aria-label={t('traffic:filter.direction')}
            value={filter.direction}
            onChange={(direction) => {
              onChange({ direction });
            }}
            data={[
              { value: 'any', label: t('traffic:filter.any') },
              { value: 'in', label: t('traffic:filter.in') },
              { value: 'out', label: t('traffic:filter.out') },
            ]}
          />
        </fieldset>
      </div>
      <div className="pair">
        <TextInput
          label={t('traffic:filter.minSize')}
          placeholder={SIZES}
          error={props.sizeFault}
          {...text('minSize')}
        />
        <TextInput
          label={t('traffic:filter.maxSize')}
          placeholder={t('traffic:filter.anySize')}
          {...text('maxSize')}
        />
      </div>
      <div className="pair">
        <TextInput
          label={t('traffic:filter.since')}
          type="datetime-local"
          step={1}
          error={props.timeFault}
          {...text('since')}
        />
        <TextInput
          label={t('traffic:filter.until')}
          type="datetime-local"
          step={1}
          {...text('until')}
        />
      </div>
    </div>
  );
}
