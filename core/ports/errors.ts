/** What a person is told when something is refused: what, why, and what to do now. */
export type Refusal = {
  /** Stable, upper snake case, documented in docs/PROTOCOL.md. */
  readonly code: string;
  /** One sentence: what was wrong, with the values that disagreed. */
  readonly reason: string;
  /** One sentence: what the reader can do about it. */
  readonly next: string;
};

/**
 * The base of every room's error class. A room narrows `code` to its own union:
 * `class PkiError extends CodedError<'CERT_EXPIRED' | …> {}`.
 */
export class CodedError<Code extends string = string> extends Error implements Refusal {
  readonly code: Code;
  readonly next: string;

  constructor(code: Code, reason: string, options: { next: string; cause?: unknown }) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.next = options.next;
  }

  get reason(): string {
    return this.message;
  }
}

export function isCodedError(value: unknown): value is CodedError {
  return value instanceof CodedError;
}
