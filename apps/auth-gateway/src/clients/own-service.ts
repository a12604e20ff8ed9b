import { callOwn, type OwnCall } from '@homerealm/platform';
import { Pool } from 'undici';

export type OwnServiceOptions = { url: string; timeoutMs: number };
export type OwnAnswer = { status: number; text: string };

const largestAnswer = 1_048_576;

/** Another service of ours over kept-open connections: JSON in, JSON out, one time limit for each question. */
export class OwnService {
  private readonly pool: Pool;
  private readonly basePath: string;

  constructor(private readonly options: OwnServiceOptions) {
    const { origin, pathname } = new URL(options.url);
    this.basePath = pathname.replace(/\/$/, '');
    this.pool = new Pool(origin, {
      ...{ connections: 8, pipelining: 1, keepAliveTimeout: 30_000, maxResponseSize: largestAnswer },
      connect: { timeout: Math.min(2_000, options.timeoutMs) },
    });
  }

  /** @param path the address asked for; `call.route` is its template, for the trace */
  post(call: OwnCall, path: string, body: unknown, token: string): Promise<OwnAnswer> {
    return callOwn(call, async (traceHeaders) => {
      const answer = await this.pool.request({
        ...{ method: 'POST', path: `${this.basePath}${path}`, body: JSON.stringify(body) },
        signal: AbortSignal.timeout(this.options.timeoutMs),
        headers: { ...traceHeaders, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
