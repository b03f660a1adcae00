import { ORPCError } from '@orpc/client';
import type { RefusalView } from '#core/contract';

/** Thrown by this side when it knows that a command cannot be sent. */
export class RefusedHere extends Error {
  readonly refusal: RefusalView;
  constructor(refusal: RefusalView) {
    super(refusal.reason);
    this.name = 'RefusedHere';
    this.refusal = refusal;
  }
}

export const NOT_CONNECTED: RefusalView = {
  code: 'NOT_CONNECTED',
  reason: 'This window has no connection to the bench at the moment.',
  next: 'Wait for the connection to come back, then try again. Nothing was sent.',
};

/** Whatever was thrown, in the three parts a person is shown: code, reason, next step. */
export function toRefusal(error: unknown): RefusalView {
  if (error instanceof RefusedHere) return error.refusal;
  if (error instanceof ORPCError) {
    const data = error.data as unknown;
    if (isRefusal(data)) return data;
    const code = String(error.code);
    return {
      code,
      reason: withIssues(error.message, data),
      next:
        code === 'BAD_REQUEST'
          ? 'Correct the value it names and try again.'
          : 'Look at the output of the bench process, and report this if it happens again.',
    };
  }
  return {
    code: 'CONNECTION_LOST',
    reason: brokeOff(error)
      ? 'The connection to the bench broke before it answered'
      : `The bench did not answer (${error instanceof Error ? error.message : String(error)}).`,
    next: 'Check whether it took effect before trying again.',
  };
}

/** oRPC's way of saying so names its queues, which tell a person nothing. */
function brokeOff(error: unknown): boolean {
  return error instanceof Error && /queue.*(closed|aborted)/i.test(error.message);
}

function isRefusal(data: unknown): data is RefusalView {
  return (
    typeof data === 'object' &&
    data !== null &&
    ['code', 'reason', 'next'].every((name) => typeof Reflect.get(data, name) === 'string')
  );
}

/** oRPC puts the schema's complaints into `data.issues`. */
function withIssues(message: string, data: unknown): string {
  if (typeof data !== 'object' || data === null) return message;
  const issues: unknown = Reflect.get(data, 'issues');
  if (!Array.isArray(issues)) return message;
  const told = issues.slice(0, 3).map((issue: unknown) => {
    if (typeof issue !== 'object' || issue === null) return String(issue);
    const path: unknown = Reflect.get(issue, 'path');
    const where = Array.isArray(path) ? path.join('.') : '';
    return `${where}: ${String(Reflect.get(issue, 'message'))}`;
  });
  return told.length > 0 ? `${message} (${told.join('; ')})` : message;
}
