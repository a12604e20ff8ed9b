import { Agent, request } from 'undici';

/** Nobody knows whether it was done, and it may still be done later: the service took it and did not answer in time. */
export class InDoubtError extends Error {
  override readonly name = 'InDoubtError';
}

/** It was not done, or cannot be done any more: asking again is safe. */
export class TryAgainError extends Error {
  override readonly name = 'TryAgainError';
}

export type Reply<Body> = { status: number; body: Body };

/** How long an answer may take. */
export const patience = 8000;

/** Management calls by a client whose network and services fail. */
export class Api {
  private readonly agent = new Agent({ connections: 32, connect: { timeout: 3000 } });
  private token: Promise<{ value: string; until: number }> | undefined;

  constructor(
    private readonly issuer: string,
    private readonly admin: { clientId: string; clientSecret: string },
  ) {}

  /** @throws TryAgainError | InDoubtError; every other answer below 500 is given as it is */
  async call<Body>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown): Promise<Reply<Body>> {
    const authorization = `Bearer ${await this.accessToken()}`;
    const reply = await this.send<Body>(method, url, {
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (reply.status === 401) this.token = undefined;
    if (reply.status === 401 || reply.status === 429 || reply.status >= 500) {
      throw new TryAgainError(`${method} ${url} → ${reply.status}`);
    }
    return reply;
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async send<Body>(
    method: string,
    url: string,
    { headers, body }: { headers: Record<string, string>; body: string | null },
  ): Promise<Reply<Body>> {
    const signal = AbortSignal.timeout(patience);
    try {
      const answer = await request(url, { method: method as 'GET', headers, body, dispatcher: this.agent, signal });
      const text = await answer.body.text();
      return { status: answer.statusCode, body: (text === '' ? undefined : JSON.parse(text)) as Body };
    } catch (error) {
      // A connection that breaks means that the process has died: what it had not committed is undone.
      throw signal.aborted
        ? new InDoubtError(`${method} ${url}`)
        : new TryAgainError(`${method} ${url}: ${String(error)}`);
    }
  }

  private async accessToken(): Promise<string> {
    const known = await this.token;
    if (known && known.until > Date.now()) return known.value;
    this.token = this.fetchToken();
    this.token.catch(() => (this.token = undefined));
    return (await this.token).value;
  }

  private async fetchToken(): Promise<{ value: string; until: number }> {
    const { clientId, clientSecret } = this.admin;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const asking = this.send<{ access_token?: string; expires_in: number }>('POST', `${this.issuer}/oauth2/token`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    // Nothing is done by it, so it can always be asked again.
    const { status, body } = await asking.catch((error: unknown) => {
      throw new TryAgainError('token', { cause: error });
    });
    if (body?.access_token === undefined) throw new TryAgainError(`no token: ${status}`);
    return { value: body.access_token, until: Date.now() + (body.expires_in - 60) * 1000 };
  }
}
