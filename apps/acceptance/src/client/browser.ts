import { Agent, request } from 'undici';
import { CookieJar } from './cookie-jar.js';
import { refreshOf, selfPostingForm } from './self-posting-form.js';

export type Answer = { status: number; url: URL; location: URL | undefined; text: string; headers: Headers };

/** A browser without eyes: cookies, redirects, forms. Trusts the given CA besides the usual ones. */
export class Browser {
  readonly jar = new CookieJar();
  private readonly agent: Agent;

  constructor(ca?: string, agent?: Agent) {
    this.agent = agent ?? agentFor(ca);
  }

  /** One request, no redirect followed. A form of another site's page brings no cookies along (SameSite=Lax). */
  async send(url: URL | string, form?: Record<string, string>, from?: URL): Promise<Answer> {
    const target = new URL(url);
    const isForeign =
      form !== undefined &&
      from !== undefined &&
      (from.protocol !== target.protocol || from.hostname !== target.hostname);
    const cookie = isForeign ? '' : this.jar.header(target);
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
        ...(form && { 'content-type': 'application/x-www-form-urlencoded', origin: (from ?? target).origin }),
        ...(form && from && { 'sec-fetch-site': isForeign ? 'cross-site' : siteOf(from, target) }),
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

  /** The same, and goes where pages lead by themselves, by a form or after a while. */
  async walk(start: URL | string, until: string, form?: Record<string, string>): Promise<Answer> {
    let answer = await this.follow(start, until, form);
    for (let forms = 0; forms < 6; forms++) {
      if (answer.location !== undefined) return answer;
      const next = selfPostingForm(answer) ?? refreshOf(answer);
      if (!next) return answer;
      const sent = await this.send(next.action, next.fields, answer.url);
      answer =
        sent.location === undefined || sent.location.href.startsWith(until)
          ? sent
          : await this.follow(sent.location, until);
    }
    throw new Error(`too many forms, the last at ${answer.url.origin}`);
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}

/** Connections that several browsers may share. */
export const agentFor = (ca?: string): Agent => new Agent({ connect: ca === undefined ? {} : { ca }, connections: 32 });

const siteOf = (from: URL, target: URL) => (from.origin === target.origin ? 'same-origin' : 'same-site');

const toPairs = (headers: Record<string, string | string[] | undefined>): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
