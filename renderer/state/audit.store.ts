import { create } from 'zustand';
import type { Finding } from '#core/contract';
import type { Client } from '../connect.ts';

type AuditStore = {
  /** Null until the first run. */
  findings: readonly Finding[] | null;
  ranAt: number | null;
};

export const useAudit = create<AuditStore>()(() => ({ findings: null, ranAt: null }));

export async function runAudit(client: Client): Promise<void> {
  const findings = await client.audit.run();
  useAudit.setState({ findings, ranAt: Date.now() });
}
