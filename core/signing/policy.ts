import { unreachable } from '#core/ports';
import { nextStep, type VerdictCode } from './errors.ts';
import type { Verdict } from './verify.ts';

/** [S4] `warn` accepts and marks, `off` does not look. */
export type Policy = 'require' | 'warn' | 'off';

/** What became of a verdict. `code`, `detail` and `next` are there whenever it was not valid. */
export type PolicyOutcome = {
  readonly accepted: boolean;
  readonly mark: 'valid' | 'unsigned' | 'invalid' | 'unchecked';
  readonly code?: VerdictCode;
  readonly detail?: string;
  readonly next?: string;
};

/** [S4] Whether a message with this verdict goes on, and how it is marked wherever it is shown. */
export function applyPolicy(verdict: Verdict, policy: Policy): PolicyOutcome {
  if (policy === 'off') return { accepted: true, mark: 'unchecked' };
  const accepted = policy === 'warn';
  switch (verdict.kind) {
    case 'valid':
      return { accepted: true, mark: 'valid' };
    case 'unsigned':
      return {
        accepted,
        mark: 'unsigned',
        code: 'UNSIGNED',
        detail: 'the message carries no signature',
        next: nextStep('UNSIGNED'),
      };
    case 'invalid':
      return {
        accepted,
        mark: 'invalid',
        code: verdict.code,
        detail: verdict.detail,
        next: nextStep(verdict.code),
      };
    default:
      return unreachable(verdict);
  }
}
