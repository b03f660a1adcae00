import { CodedError } from '#core/ports';

/** A refusal of the API, answered as RFC 9457 `application/problem+json`. */
export class ApiError extends CodedError {
  readonly status: number;

  constructor(status: number, code: string, reason: string, next: string) {
    super(code, reason, { next });
    this.status = status;
  }
}

export type Problem = {
  type: 'about:blank';
  title: string;
  status: number;
  detail: string;
  code: string;
  reason: string;
  next: string;
};

export const PROBLEM_TYPE = 'application/problem+json';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  500: 'Internal Server Error',
};

/** RFC 9457: the standard members, and ours beside them. */
export function problemOf(error: ApiError): Problem {
  const { status, code, reason, next } = error;
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: reason,
    code,
    reason,
    next,
  };
}
