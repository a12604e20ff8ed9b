import { DomainError, InvalidInput, type ErrorKind, type InputProblem } from '@homerealm/domain';
import { HttpException } from '@nestjs/common';

/** `application/problem+json` (RFC 9457) with our stable code. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  field?: string;
  errors?: readonly InputProblem[];
};

/** The HTTP status of each kind of refusal. */
export const statuses: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  unprocessable: 422,
  limited: 429,
  upstream: 502,
  unavailable: 503,
};

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Upstream failed',
  503: 'Not available right now',
};

/** Turns whatever was thrown into a problem. Unknown errors become a bare 500: their text is for the log only. */
export function toProblem(error: unknown): Problem {
  if (error instanceof DomainError) {
    const errors = error instanceof InvalidInput ? { errors: error.problems } : {};
    const field = error.field === undefined ? {} : { field: error.field };
    return { ...problem(statuses[error.kind], error.code, error.says), ...field, ...errors };
  }
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status >= 500 || status < 400) return problem(500, 'internal', 'Something went wrong on our side.');
  return problem(status, `request.${codes[status] ?? 'refused'}`, refusals[status] ?? 'The request was refused.');
}

const codes: Record<number, string> = {
  400: 'malformed',
  404: 'no-such-route',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
};
const refusals: Record<number, string> = {
  400: 'The request could not be read. Is the body valid JSON?',
  404: 'There is nothing at this address.',
  413: 'The request is too large.',
  415: 'Send application/json.',
};

function problem(status: number, code: string, detail: string): Problem {
  return { type: `urn:homerealm:problem:${code}`, title: titles[status] ?? 'Refused', status, code, detail };
}

/** Fastify's own errors carry a numeric statusCode. */
function statusOf(error: unknown): number {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
