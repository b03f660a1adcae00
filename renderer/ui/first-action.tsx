import { Button } from '@mantine/core';
import { IconDatabaseImport, IconRouteSquare } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { showScreen } from '../state/screen.store.ts';

/** Where nothing is yet because nothing has happened: two ways to make something happen. */
export function FirstAction(props: { onBench?: boolean }): ReactNode {
  return (
    <div className="row first-action">
      {props.onBench === true ? null : (
        <Button
          variant="default"
          leftSection={<IconRouteSquare size={16} aria-hidden />}
          onClick={() => {
            showScreen('bench');
          }}
        >
          {t('ui:first.bench')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconDatabaseImport size={16} aria-hidden />}
        onClick={() => {
          showScreen('help');
        }}
      >
        {t('ui:first.sample')}
      </Button>
    </div>
  );
}
