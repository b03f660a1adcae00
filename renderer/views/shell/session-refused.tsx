import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { Empty } from '../../ui/empty.tsx';

/** The host answered, and does not know this page. Only a new address helps. */
export function SessionRefused(): ReactNode {
  return (
    <main className="full" data-testid="session-refused">
      <Empty
        icon={<IconPlugConnectedX size={44} stroke={1.4} />}
        title={t('shell:signedOut.title')}
      >
        {t('shell:signedOut.says')}
      </Empty>
    </main>
  );
}
