import { managementScopes } from '@homerealm/contracts';
import { type Answer, ask } from '../http.js';

/** An answer we did not want, with the problem+json the service gave. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    /** Stable code of the problem. */
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
    this.name = 'ApiRefusal';
  }
}

const json = 'application/json';

type Admin = { clientId: string; clientSecret: string };

/** The management APIs as any script would use them: a token by client credentials, then JSON over HTTP. */
export class AdminApi {
  private token: { text: string; until: number } | undefined;

  constructor(
    private readonly issuer: string,
    private readonly admin: Admin,
  ) {}

  async get<T>(url: string): Promise<T> {
    return (await this.call('GET', url)) as T;
  }

  async post<T>(url: string, body: unknown): Promise<T> {
    return (await this.call('POST', url, body)) as T;
  }

  /** Sends a file. */
  async upload<T>(url: string, type: string, text: string): Promise<T> {
    return (await this.send('POST', url, { type, text })) as T;
  }

  async patch<T>(url: string, body: unknown): Promise<T> {
    return (await this.call('PATCH', url, body)) as T;
  }

  async delete(url: string): Promise<void> {
    await this.call('DELETE', url);
  }

  /** Like `get`, but a thing that is not there is undefined. */
  async find<T>(url: string): Promise<T | undefined> {
    try {
      return await this.get<T>(url);
    } catch (problem) {
      if (problem instanceof ApiRefusal && problem.status === 404) return undefined;
      throw problem;
    }
  }

  /** An access token for the management APIs with every scope. */
  async accessToken(): Promise<string> {
    if (this.token && this.token.until > Date.now()) return this.token.text;
    const discovery = await ask(`${this.issuer}/.well-known/openid-configuration`);
    const { token_endpoint: endpoint } = parse<{ token_endpoint: string }>(discovery, 'discovery');
    const { clientId, clientSecret } = this.admin;
    const answer = await ask(endpoint, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: adminScopes.join(' ') }).toString(),
    });
    const token = parse<{ access_token: string; expires_in: number }>(answer, endpoint);
    this.token = { text: token.access_token, until: Date.now() + (token.expires_in - 30) * 1000 };
    return token.access_token;
  }

  private call(method: string, url: string, body?: unknown): Promise<unknown> {
    return this.send(method, url, body === undefined ? undefined : { type: json, text: JSON.stringify(body) });
  }

  private async send(method: string, url: string, content?: { type: string; text: string }): Promise<unknown> {
    const answer = await ask(url, {
      method,
      headers: {
        authorization: `Bearer ${await this.accessToken()}`,
        ...(content && { 'content-type': content.type }),
      },
      ...(content && { body: content.text }),
    });
    return answer.body === '' && answer.status < 300 ? undefined : parse(answer, `${method} ${url}`);
  }
}

/** Everything but what only the gateway itself may do. */
const ofTheGateway = new Set(['sign-ins:write', 'test-runs:run']);
const adminScopes = Object.keys(managementScopes).filter((scope) => !ofTheGateway.has(scope));

function parse<T>({ status, body }: Answer, what: string): T {
  if (status >= 200 && status < 300) return JSON.parse(body) as T;
  let code: string | undefined;
  try {
    code = (JSON.parse(body) as { code?: string }).code;
  } catch {
    // Not JSON: the status has to do.
  }
  throw new ApiRefusal(status, code, `${what} answered ${status}: ${body.slice(0, 600)}`);
}
