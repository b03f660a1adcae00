import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { changeRun } from '../../state/guided.store.ts';
import type { GuidedRun } from '../../state/guided-steps.ts';

/** Stands in the report; kept for the next vehicle, but for the order. */
export function Person({ run }: { run: GuidedRun }): ReactNode {
  return (
    <>
      <TextInput
        size="lg"
        label={t('guided:vehicle.operator')}
        autoComplete="name"
        maxLength={200}
        data-testid="guided-operator"
        value={run.operator}
        onChange={(event) => {
          changeRun({ operator: event.currentTarget.value });
        }}
      />
      <TextInput
        size="lg"
        label={t('guided:vehicle.order')}
        description={t('guided:vehicle.orderHint')}
        maxLength={128}
        data-testid="guided-order"
        value={run.order}
        onChange={(event) => {
          changeRun({ order: event.currentTarget.value });
        }}
      />
      <TextInput
        size="lg"
        label={t('guided:vehicle.purpose')}
        description={t('guided:vehicle.purposeHint')}
        maxLength={2_000}
        data-testid="guided-purpose"
        value={run.purpose}
        onChange={(event) => {
          changeRun({ purpose: event.currentTarget.value });
        }}
      />
    </>
  );
}
