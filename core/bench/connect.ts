import { type Refusal } from '#core/ports';
import { type Link, LinkError, type LinkState } from '#core/link';

/** Anybody's broker may be slow; a person waits this long before being told. */
const CONNECT_WAIT_MS = 8_000;

/** Waits for a link; rejects with what is wrong with it when it does not come up in time. */
export async function waitUp(link: Link, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(CONNECT_WAIT_MS);
  try {
    await link.whenUp(AbortSignal.any([signal, late]));
  } catch (error) {
    const { state } = link;
    if (late.aborted && !signal.aborted && state.kind === 'lost') throw lostError(state);
    if (late.aborted && !signal.aborted) {
      throw new LinkError('TIMEOUT', `the broker did not answer for ${CONNECT_WAIT_MS / 1_000} s`, {
        next: 'check its address and that it is running',
        cause: error,
      });
    }
    throw error;
  }
}

function lostError({ code, reason, next }: LinkState & { kind: 'lost' }): LinkError {
  return new LinkError(code, reason, { next });
}

/** Why a link is not up, when it is not. */
export function linkRefusal(state: LinkState): Refusal | undefined {
  if (state.kind !== 'lost') return undefined;
  return { code: state.code, reason: state.reason, next: state.next };
}
