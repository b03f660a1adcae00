import { type TrafficWhere } from '#core/contract';
import { isCodedError } from '#core/ports';
import { assertWhere, type Where } from '#core/recorder';

/** What is wrong with it is told before anything begins. @throws ProtocolError, RecorderError */
export function whereOf(where: TrafficWhere = {}): Where {
  const given = givenOf(where);
  assertWhere(given);
  return given;
}

/** The same, without the members that are there and undefined. */
function givenOf({ regex, ...rest }: TrafficWhere): Where {
  const given = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as Where;
  if (!regex) return given;
  const { source, ignoreCase } = regex;
  return { ...given, regex: ignoreCase === undefined ? { source } : { source, ignoreCase } };
}

/** Whether nothing is asked for: then the capture is read by number. */
export function isEverything(where: Where): boolean {
  return Object.entries(where).every(([name, value]) => name === 'topicFilter' && value === '#');
}

/** How often a question is asked again that ended because another one had to be killed. */
const TRIES = 3;

/** The thread that answers may be ended for somebody else's endless search; the next one is there. */
export async function asked<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const ended = isCodedError(error) && error.code === 'QUERY_ENDED';
      if (!ended || signal?.aborted || tries >= TRIES) throw error;
    }
  }
}
