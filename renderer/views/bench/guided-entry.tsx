import { Button } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { showScreen } from '../../state/screen.store.ts';
import { useUpdates } from '../../state/updates.store.ts';

/** The technician's way in, where there is nothing else to look at yet. */
export function GuidedEntry(): ReactNode {
  const isEmpty = useUpdates((store) => store.updates?.length === 0);
  if (!isEmpty) return null;
  return (
    <section className="panel demo demo-first" aria-label={t('guided:title')}>
      <div className="demo-words">
        <h2>{t('guided:entry.title')}</h2>
        <p className="soft">{t('guided:entry.says')}</p>
      </div>
      <Button
        size="md"
        data-testid="guided-entry"
        leftSection={<IconListCheck size={18} aria-hidden />}
        onClick={() => {
          showScreen('guided');
        }}
      >
        {t('guided:entry.start')}
      </Button>
    </section>
  );
}
