/** Calls the management APIs as an operator's script would: client credentials, then JSON. */
export class Management {
  private token: { value: string; until: number } | undefined;

  constructor(
    private readonly issuer: string,
    private readonly admin: { clientId: string; clientSecret: string },
  ) {}

  async call<Body>(method: string, url: string, body?: unknown): Promise<{ status: number; type: string; body: Body }> {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await this.accessToken()}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, body: (text === '' ? undefined : JSON.parse(text)) as Body };
  }

  /** As `call`, for calls that must succeed. */
  async ask<Body>(method: string, url: string, body?: unknown): Promise<Body> {
    const answer = await this.call<Body>(method, url, body);
    if (answer.status >= 300) throw new Error(`${method} ${url} → ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Sends a file. */
  async upload<Body>(url: string, type: string, file: string): Promise<Body> {
    const headers = { authorization: `Bearer ${await this.accessToken()}`, 'content-type': type };
    const response = await fetch(url, { method: 'POST', headers, body: file });
    if (!response.ok) throw new Error(`POST ${url} → ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }

  async accessToken(): Promise<string> {
    if (this.token !== undefined && this.token.until > Date.now()) return this.token.value;
    const { clientId, clientSecret } = this.admin;
    const response = await fetch(`${this.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
    });
    const answer = (await response.json()) as { access_token?: string; expires_in: number };
    if (answer.access_token === undefined) throw new Error(`no token for the admin: ${JSON.stringify(answer)}`);
    this.token = { value: answer.access_token, until: Date.now() + (answer.expires_in - 30) * 1000 };
    return this.token.value;
  }
}
