import { Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { keepOperator, lastOperator } from '../../state/reports.store.ts';

export type Work = {
  operator: string;
  purpose: string;
  order: string;
  rxswin: string;
  remarks: string;
};

export function emptyWork(): Work {
  return { operator: lastOperator(), purpose: '', order: '', rxswin: '', remarks: '' };
}

export function isComplete({ operator, purpose }: Work): boolean {
  return operator.trim() !== '' && purpose.trim() !== '';
}

/** As the core takes it: what is empty is left out. */
export function toWish(work: Work): {
  operator: string;
  purpose: string;
  order?: string;
  rxswin?: string;
  remarks?: string;
} {
  const { operator, purpose, order, rxswin, remarks } = work;
  keepOperator(operator.trim());
  return {
    operator,
    purpose,
    ...(order.trim() === '' ? {} : { order }),
    ...(rxswin.trim() === '' ? {} : { rxswin }),
    ...(remarks.trim() === '' ? {} : { remarks }),
  };
}

/** Who did it, why and for which order. */
export function WorkFields(props: { work: Work; onChange: (work: Work) => void }): ReactNode {
  const { work, onChange } = props;
  const optional = t('reports:create.optional');
  return (
    <>
      <TextInput
        label={t('reports:create.operator')}
        value={work.operator}
        maxLength={200}
        required
        dir="auto"
        data-autofocus
        data-testid="report-operator"
        onChange={(event) => {
          onChange({ ...work, operator: event.currentTarget.value });
        }}
      />
      <Textarea
        label={t('reports:create.purpose')}
        placeholder={t('reports:create.purposeHint')}
        value={work.purpose}
        maxLength={2_000}
        required
        autosize
        minRows={2}
        maxRows={5}
        dir="auto"
        data-testid="report-purpose"
        onChange={(event) => {
          onChange({ ...work, purpose: event.currentTarget.value });
        }}
      />
      <div className="report-two">
        <TextInput
          label={t('reports:create.order')}
          placeholder={optional}
          value={work.order}
          maxLength={128}
          onChange={(event) => {
            onChange({ ...work, order: event.currentTarget.value });
          }}
        />
        <TextInput
          label={t('reports:create.rxswin')}
          placeholder={optional}
          value={work.rxswin}
          maxLength={128}
          onChange={(event) => {
            onChange({ ...work, rxswin: event.currentTarget.value });
          }}
        />
      </div>
      <Textarea
        label={t('reports:create.remarks')}
        placeholder={optional}
        value={work.remarks}
        maxLength={4_000}
        autosize
        maxRows={5}
        dir="auto"
        onChange={(event) => {
          onChange({ ...work, remarks: event.currentTarget.value });
        }}
      />
      <p className="faint">{t('reports:create.note')}</p>
    </>
  );
}
