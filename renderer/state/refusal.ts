import { ORPCError } from '@orpc/client';
import type { RefusalView } from '#core/contract';
import { t } from '../i18n/index.ts';

/** Thrown by this side when it knows that a command cannot be sent. */
export class RefusedHere extends Error {
  readonly refusal: RefusalView;
  constructor(refusal: RefusalView) {
    super(refusal.reason);
    this.name = 'RefusedHere';
    this.refusal = refusal;
  }
}

/** A refusal of this side. It is worded when it is shown, in the language spoken then. */
export function refusalOf(code: string, reason: () => string, next: () => string): RefusalView {
  return {
    code,
    get reason() {
      return reason();
    },
    get next() {
      return next();
    },
  };
}

export const NOT_CONNECTED = refusalOf(
  'NOT_CONNECTED',
  () => t('ui:refused.notConnected.reason'),
  () => t('ui:refused.notConnected.next'),
);

/** Whatever was thrown, in the three parts a person is shown: code, reason, next step. */
export function toRefusal(error: unknown): RefusalView {
  if (error instanceof RefusedHere) return error.refusal;
  if (error instanceof ORPCError) {
    const data = error.data as unknown;
    if (isRefusal(data)) return data;
    const code = String(error.code);
    return refusalOf(
      code,
      () => withIssues(error.message, data),
      () => t(code === 'BAD_REQUEST' ? 'ui:refused.badRequest.next' : 'ui:refused.unknown.next'),
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return refusalOf(
    'CONNECTION_LOST',
    () => (brokeOff(error) ? t('ui:refused.lost.broke') : t('ui:refused.lost.silent', { why })),
    () => t('ui:refused.lost.next'),
  );
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
