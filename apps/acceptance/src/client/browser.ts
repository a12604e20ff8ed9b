import { Agent, request } from 'undici';
import { CookieJar } from './cookie-jar.js';

export type Answer = { status: number; url: URL; location: URL | undefined; text: string; headers: Headers };

/** A browser without eyes: cookies, redirects, forms. Trusts the given CA besides the usual ones. */
export class Browser {
  readonly jar = new CookieJar();
  private readonly agent: Agent;

  constructor(ca?: string, agent?: Agent) {
    this.agent = agent ?? agentFor(ca);
  }

  /** One request, no redirect followed. */
  async send(url: URL | string, form?: Record<string, string>): Promise<Answer> {
    const target = new URL(url);
    const cookie = this.jar.header(target);
    const {
      statusCode,
      headers: got,
      body,
    } = await request(target, {
      dispatcher: this.agent,
      method: form ? 'POST' : 'GET',
      body: form ? new URLSearchParams(form).toString() : null,
      headers: {
        accept: 'text/html',
        ...(cookie && { cookie }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded', origin: target.origin }),
      },
    });
    this.jar.store(target, [got['set-cookie'] ?? []].flat());
    const text = await body.text();
    const location = got.location === undefined ? undefined : new URL(String(got.location), target);
    return { status: statusCode, url: target, location, text, headers: new Headers(toPairs(got)) };
  }

  /** What the application's own server posts: no cookies, no page. */
  async post(url: string, form: Record<string, string>, headers: Record<string, string>): Promise<string> {
    const { body } = await request(url, {
      dispatcher: this.agent,
      method: 'POST',
      body: new URLSearchParams(form).toString(),
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
    return body.text();
  }

  /** Follows redirects until there is a page, or until the next address starts with `until`. */
  async follow(start: URL | string, until: string, form?: Record<string, string>): Promise<Answer> {
    let answer = await this.send(start, form);
    for (let hops = 0; answer.location !== undefined && !answer.location.href.startsWith(until); hops++) {
      if (hops === 15) throw new Error(`too many redirects, the last to ${answer.location.origin}`);
      answer = await this.send(answer.location);
    }
    return answer;
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

/** Connections that several browsers may share. */
export const agentFor = (ca?: string): Agent => new Agent({ connect: ca === undefined ? {} : { ca }, connections: 32 });

const toPairs = (headers: Record<string, string | string[] | undefined>): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
