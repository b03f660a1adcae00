import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Empty } from '../../ui/empty.tsx';

/** The host answered, and does not know this page. Only a new address helps. */
export function SessionRefused(): ReactNode {
  return (
    <main className="full" data-testid="session-refused">
      <Empty
        icon={<IconPlugConnectedX size={44} stroke={1.4} />}
        title="This page is not signed in"
      >
        The link has been used already, or the host was restarted. Each link opens one session.
        Start again from the address that the host prints; where that is gone, stop the host with
        Ctrl+C and start it again.
      </Empty>
    </main>
  );
}
