import type { Run } from './state.ts';

export function updateIdOf(run: Run): string | null {
  if (run.kind === 'idle') return null;
  if (run.kind === 'closing' || run.kind === 'proving') {
    return run.job.kind === 'rollback' ? run.job.rollback.updateId : run.job.offer.updateId;
  }
  return 'rollback' in run ? run.rollback.updateId : run.offer.updateId;
}

/** The ECU in hand; of a group the member whose turn it is. */
export function ecuIdOf(run: Run): string | null {
  if (run.kind === 'idle') return null;
  if (run.kind === 'closing' || run.kind === 'proving') {
    return run.job.kind === 'rollback' ? run.job.rollback.ecuId : run.job.offer.ecuId;
  }
  return 'rollback' in run ? run.rollback.ecuId : run.offer.ecuId;
}
