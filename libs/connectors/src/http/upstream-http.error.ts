export type UpstreamHttpProblem =
  'not-allowed' | 'not-public' | 'unreachable' | 'timed-out' | 'aborted' | 'redirected' | 'too-large' | 'not-json';

/** Why an exchange with an upstream brought nothing usable. Says neither address nor content. */
export class UpstreamHttpError extends Error {
  constructor(
    readonly problem: UpstreamHttpProblem,
    /** Status of the answer, when there was one. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(`upstream request: ${problem}`, options);
    this.name = 'UpstreamHttpError';
  }
}
