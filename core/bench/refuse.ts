import {
  implement,
  type ImplementerInternalWithMiddlewares,
  ORPCError,
  ValidationError,
} from '@orpc/server';
import { type BenchContract, benchContract } from '#core/contract';
import { type Log } from '#core/ports';
import { refusalOf } from './errors.ts';

type Issue = {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
};

/**
 * The contract with one promise added: whatever fails below leaves as the typed REFUSED error,
 * with code, reason and next step. Input that the schema refuses is `BAD_INPUT`.
 */
export function implementBench(log: Log): BenchContractImplementer {
  return implement(benchContract).use(async ({ next, errors, path, signal }) => {
    const refused = (error: unknown): unknown => {
      if (error instanceof ORPCError && error.code === 'REFUSED') return error;
      const data = inputRefusal(error) ?? refusalOf(error);
      // Who went away is told nothing any more, and it is no fault of ours.
      if (data.code === 'UNEXPECTED' && signal?.aborted !== true) {
        const stack = error instanceof Error ? error.stack : undefined;
        log('error', `${path.join('.')} failed`, { reason: data.reason, stack });
      }
      return errors.REFUSED({ message: data.reason, data, cause: error });
    };
    try {
      const result = await next();
      // A stream may still fail when it is read.
      if (!isStream(result.output)) return result;
      return { ...result, output: refusing(result.output, refused) };
    } catch (error) {
      throw refused(error);
    }
  });
}

type Stream = AsyncIteratorObject<unknown, unknown, void>;

function isStream(value: unknown): value is Stream {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The same stream, whose failures are refusals too. */
function refusing(stream: Stream, refused: (error: unknown) => unknown): Stream {
  const own: Stream = {
    async next() {
      try {
        return await stream.next();
      } catch (error) {
        throw refused(error);
      }
    },
    async return(value) {
      return (await stream.return?.(value)) ?? { value, done: true };
    },
    async throw(error) {
      await stream.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => own,
    async [Symbol.asyncDispose]() {
      await stream.return?.();
    },
  };
  return own;
}

function inputRefusal(error: unknown): { code: string; reason: string; next: string } | null {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST') return null;
  const issues: readonly Issue[] =
    error.cause instanceof ValidationError ? error.cause.issues : [{ message: error.message }];
  return {
    code: 'BAD_INPUT',
    reason: issues.slice(0, 3).map(describe).join('; '),
    next: 'correct the named value and send it again',
  };
}

function describe({ path = [], message }: Issue): string {
  const place = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return place ? `${place}: ${message}` : message;
}

/** A procedure is told everything by the desk it was made with. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- as implement() has it
type NoContext = Record<never, never>;

/** The contract's procedures, to be given their handlers; inferred, it is too long to be written down. */
export type BenchContractImplementer = ImplementerInternalWithMiddlewares<
  BenchContract,
  NoContext,
  NoContext
>;
