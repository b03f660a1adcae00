import { LinkError, type LinkErrorCode } from './errors.ts';
import { linkClosed } from './refusals.ts';
import type { Link, LinkState } from './types.ts';

/** Waiting does not cure these; somebody has to change something. */
const REFUSALS: ReadonlySet<LinkErrorCode> = new Set([
  'BAD_CREDENTIALS',
  'NOT_AUTHORISED',
  'CLIENT_ID_REFUSED',
  'UNSUPPORTED_VERSION',
  'TLS_UNTRUSTED',
  'TLS_CLIENT_REFUSED',
]);

/** `Link.whenUp` over the state and its changes. */
export function untilUp(
  link: Pick<Link, 'state' | 'onState'>,
  signal?: AbortSignal,
): Promise<void> {
  const answer = Promise.withResolvers<undefined>();
  const look = (state: LinkState): void => {
    if (state.kind === 'up') answer.resolve(undefined);
    if (state.kind === 'closed') answer.reject(linkClosed());
    if (state.kind === 'lost' && REFUSALS.has(state.code)) {
      const { code, reason, next } = state;
      answer.reject(new LinkError(code, reason, { next, answer: state.answer ?? null }));
    }
  };
  const aborted = (): void => {
    answer.reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
  };
  const undo = link.onState(look);
  signal?.addEventListener('abort', aborted, { once: true });
  if (signal?.aborted) aborted();
  look(link.state);
  return answer.promise.finally(() => {
    undo();
    signal?.removeEventListener('abort', aborted);
  });
}
