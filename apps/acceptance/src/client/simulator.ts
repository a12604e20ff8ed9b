import { Agent, request } from 'undici';

/** The control API of the Entra stand-in. */
export class Simulator {
  private readonly agent: Agent;

  constructor(
    private readonly origin: string,
    ca: string,
  ) {
    this.agent = new Agent({ connect: { ca } });
  }

  async ask<Body>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Body> {
    const { statusCode, body: answer } = await request(`${this.origin}/_sim/${path}`, {
      method,
      dispatcher: this.agent,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (statusCode >= 300) throw new Error(`${method} _sim/${path} → ${statusCode} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}
