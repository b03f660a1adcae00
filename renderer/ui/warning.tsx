import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** What follows from a choice that is allowed and unwise. */
export function Warning(props: { children: ReactNode }): ReactNode {
  return (
    <p className="warning" data-tone="warn">
      <IconAlertTriangle size={15} aria-hidden /> <span>{props.children}</span>
    </p>
  );
}
