import type { UpstreamAnswer, UpstreamHttp } from '../http/upstream-http.js';
import { UpstreamHttpError } from '../http/upstream-http.error.js';

export type GraphProblem =
  | 'graph-timed-out'
  | 'graph-throttled'
  | 'graph-unauthorized'
  | 'graph-forbidden'
  | 'graph-not-found'
  | 'graph-unreachable'
  | 'graph-too-large'
  | 'graph-unreadable'
  | 'graph-page-foreign'
  | 'graph-page-loop'
  | 'graph-too-many-pages'
  | 'graph-other-person';

/** Why Microsoft Graph brought nothing usable. */
export class GraphFailure extends Error {
  constructor(readonly problem: GraphProblem) {
    super(problem);
    this.name = 'GraphFailure';
  }
}

/** What all calls of one read share. */
export type GraphAccess = {
  accessToken: string;
  /** Milliseconds on `performance.now()`: when the read must be over. */
  deadline: number;
  signal?: AbortSignal;
};

const mostTries = 6;

type AskOptions = {
  maxBytes?: number;
  accept?: string;
  /** A question of the kind that Graph answers only from its index, such as a list cast to one type. */
  advanced?: boolean;
};

/**
 * One question to Microsoft Graph. Throttling and passing faults are asked again, after the time the answer names,
 * else with growing waits, as long as the deadline allows.
 * @throws GraphFailure, and nothing else
 */
export async function askGraph(
  http: UpstreamHttp,
  url: string,
  { accessToken, deadline, signal }: GraphAccess,
  { maxBytes, accept = 'application/json', advanced = false }: AskOptions = {},
): Promise<UpstreamAnswer> {
  for (let tries = 1; ; tries++) {
    const headers = {
      ...{ authorization: `Bearer ${accessToken}`, accept },
      ...(advanced && { consistencylevel: 'eventual' }),
    };
    const timeoutMs = deadline - performance.now();
    if (timeoutMs <= 0) throw new GraphFailure('graph-timed-out');
    const answer = await http.request(url, { headers, timeoutMs, maxBytes, signal }).catch((error: unknown) => {
      throw asFailure(error);
    });
    if (answer.status === 200) return answer;
    const failure = failureOf(answer.status);
    const wait = isPassing(answer.status) ? waitAfter(answer.headers['retry-after'], tries) : undefined;
    if (wait === undefined || tries >= mostTries || performance.now() + wait >= deadline) throw failure;
    await pause(wait, signal);
  }
}

function asFailure(error: unknown): GraphFailure {
  const problem = error instanceof UpstreamHttpError ? error.problem : 'unreachable';
  if (problem === 'timed-out') return new GraphFailure('graph-timed-out');
  return new GraphFailure(problem === 'too-large' ? 'graph-too-large' : 'graph-unreachable');
}

function failureOf(status: number): GraphFailure {
  if (status === 429) return new GraphFailure('graph-throttled');
  if (status === 401) return new GraphFailure('graph-unauthorized');
  if (status === 403) return new GraphFailure('graph-forbidden');
  return new GraphFailure(status === 404 ? 'graph-not-found' : 'graph-unreachable');
}

function isPassing(status: number): boolean {
  return status === 429 || status === 500 || status === 502 || status === 503 || status === 504;
}

/** Milliseconds to wait: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), else doubling with jitter. */
function waitAfter(header: string | undefined, tries: number): number {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = text === '' ? Number.NaN : Date.parse(text);
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  return 100 * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new GraphFailure('graph-unreachable'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** @throws GraphFailure `graph-unreadable` */
export function parseGraphJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new GraphFailure('graph-unreadable');
  }
}
