/** What sort of refusal this is. The HTTP edge turns kinds into statuses; the core knows no status. */
export type ErrorKind =
  | 'invalid' // 400
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not-found' // 404
  | 'conflict' // 409
  | 'gone' // 410
  | 'unprocessable' // 422
  | 'limited' // 429
  | 'upstream' // 502
  | 'unavailable'; // 503

export type ErrorRow = { kind: ErrorKind; says: string };

/**
 * A refusal with a stable code. `says` may be shown to the caller; `details` go to the log only; `field` names the
 * offending input field when there is one.
 */
export class DomainError<Code extends string = string> extends Error {
  constructor(
    readonly code: Code,
    readonly kind: ErrorKind,
    readonly says: string,
    readonly details: Record<string, unknown> = {},
    readonly field?: string,
  ) {
    super(`${code}: ${says}`);
    this.name = 'DomainError';
  }
}

/**
 * Declares a table of refusals and returns the function that makes them. A code that is not in the table does not
 * compile. `table` stays readable for the generated catalogue.
 */
export function defineErrors<const Table extends Record<string, ErrorRow>>(table: Table) {
  const make = <Code extends keyof Table & string>(
    code: Code,
    details: Record<string, unknown> = {},
    field?: string,
  ): DomainError<Code> => {
    const row = table[code] as ErrorRow;
    return new DomainError(code, row.kind, row.says, details, field);
  };
  return Object.assign(make, { table });
}

/** One thing that is wrong with an input: which field (dotted path), a stable code, a sentence. */
export type InputProblem = { field: string; code: string; says: string };

/**
 * Input that breaks one or more rules; all problems are reported together. The code is the problem's own when there
 * is exactly one, else `request.invalid`.
 */
export class InvalidInput extends DomainError {
  constructor(
    readonly problems: readonly InputProblem[],
    kind: ErrorKind = 'invalid',
  ) {
    const only = problems.length === 1 ? problems[0] : undefined;
    super(only?.code ?? 'request.invalid', kind, only?.says ?? 'Several fields are wrong.', {}, only?.field);
  }
}
