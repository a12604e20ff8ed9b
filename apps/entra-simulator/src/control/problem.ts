import { z } from 'zod';
import { json, type Answer, type Exchange } from '../http/exchange.js';

type Finding = { field: string; code: string; says: string };

/** What is wrong with a control request, told as `application/problem+json`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    says: string,
    readonly findings: Finding[] = [],
  ) {
    super(says);
  }
}

const titles: Record<number, string> = {
  400: 'The request is not valid',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  415: 'Send JSON',
};

export function problemAnswer(problem: Problem, exchange: Pick<Exchange, 'url'>): Answer {
  const [first] = problem.findings;
  const body = {
    type: `urn:homerealm:problem:${problem.code}`,
    title: titles[problem.status] ?? 'Something went wrong',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(first ? { field: first.field, errors: problem.findings } : {}),
    instance: exchange.url.pathname,
  };
  return json(problem.status, body, { 'content-type': 'application/problem+json' });
}

/** The request's JSON in the shape asked for. @throws Problem 400 naming the first wrong field, 415 */
export function readJson<T extends z.ZodType>(exchange: Exchange, schema: T): z.infer<T> {
  if (!/^application\/json\b/i.test(exchange.headers['content-type'] ?? '')) {
    throw new Problem(415, 'request.not-json', 'The content type must be application/json.');
  }
  const result = schema.safeParse(parse(exchange.body));
  if (result.success) return result.data;
  const findings = result.error.issues.flatMap(toFindings);
  throw new Problem(400, 'request.invalid', findings[0]?.says ?? 'The body is not valid.', findings);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(400, 'request.invalid', 'The body is not JSON.', [
      { field: 'body', code: 'invalid', says: 'The body is not JSON.' },
    ]);
  }
}

function toFindings(issue: z.core.$ZodIssue): Finding[] {
  const at = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: at ? `${at}.${key}` : key,
      code: 'unknown',
      says: `There is no field “${key}” here.`,
    }));
  }
  return [{ field: at || 'body', code: issue.code, says: issue.message }];
}

/** For references to things that do not exist. */
export function refuseField(field: string, says: string): never {
  throw new Problem(400, 'request.invalid', says, [{ field, code: 'not-found', says }]);
}
