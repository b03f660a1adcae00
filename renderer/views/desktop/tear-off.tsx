import { ActionIcon, Tooltip } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isTornOff, tearOffTraffic } from '../../desktop.ts';
import { t } from '../../i18n/index.ts';

/** Traffic beside everything else, on a screen of its own. */
export function TearOff(): ReactNode {
  if (isTornOff) return null;
  const label = t('desktop:tearOff');
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        variant="default"
        aria-label={label}
        data-testid="traffic-tear-off"
        onClick={tearOffTraffic}
      >
        <IconExternalLink size={14} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
