import { type Answer, ask } from '../http.js';
import { firstForm } from './form.js';

/** Answers to the questions that pages ask. */
export type Typed = {
  email: string;
  password?: string;
  /** By the name of the field. */
  fields?: Record<string, string>;
  /** Value of the button to press where there are several; else the first. */
  choice?: string;
  /** Looks into the mailbox; asked when a page wants a code. */
  code?: () => Promise<string>;
};

/** A page that leads nowhere; those of our own that refuse say which attempt it was. */
export class NoWayOn extends Error {
  readonly attemptId: string | undefined;

  constructor(
    where: string,
    /** The words of the page. */
    readonly says: string,
  ) {
    super(`${where}: ${says}`);
    this.attemptId = /attempt_[0-9a-z]{26}/.exec(says)?.[0];
  }
}

const mostSteps = 30;

/**
 * The least browser that gets through a sign-in: keeps cookies, follows redirects, fills in forms. It stops before the
 * address that belongs to the application, and answers it.
 * @throws NoWayOn with what the last page said when it gets nowhere
 */
export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(
    private readonly ca: string,
    private readonly typed: Typed,
  ) {}

  async signIn(start: string, redirectUri: string): Promise<URL> {
    let request = { url: start, body: undefined as string | undefined };
    for (let step = 0; step < mostSteps; step++) {
      if (request.url.startsWith(`${redirectUri}?`)) return new URL(request.url);
      const answer = await this.send(request);
      const location = answer.headers['location'];
      if (answer.status >= 300 && answer.status < 400 && typeof location === 'string') {
        request = { url: new URL(location, request.url).href, body: undefined };
        continue;
      }
      const form = answer.status < 400 ? firstForm(answer.body, request.url) : undefined;
      if (!form) {
        throw new NoWayOn(`${new URL(request.url).origin} answered ${answer.status}`, textOf(answer.body));
      }
      request = form.submit(form.asks('code') ? await this.withCode() : this.typed);
    }
    throw new Error(`no end after ${mostSteps} steps, at ${new URL(request.url).origin}`);
  }

  private async withCode(): Promise<Typed> {
    const { code, fields } = this.typed;
    return code ? { ...this.typed, fields: { ...fields, code: await code() } } : this.typed;
  }

  private async send({ url, body }: { url: string; body: string | undefined }): Promise<Answer> {
    const host = new URL(url).hostname;
    const cookies = [...this.cookies].filter(([key]) => key.startsWith(`${host} `));
    const answer = await ask(url, {
      ca: this.ca,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'text/html',
        ...(cookies.length > 0 && {
          cookie: cookies.map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; '),
        }),
        ...(body !== undefined && {
          'content-type': 'application/x-www-form-urlencoded',
          origin: new URL(url).origin,
        }),
      },
      ...(body !== undefined && { body }),
    });
    this.keep(host, answer);
    return answer;
  }

  private keep(host: string, { headers }: Answer): void {
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const gone = value === '' || attributes.some((attribute) => /^max-age=0$|^expires=.*\b1970\b/i.test(attribute));
      if (gone) this.cookies.delete(`${host} ${name}`);
      else this.cookies.set(`${host} ${name}`, value);
    }
  }
}

/** The words of a page, with a dot between its blocks. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<(style|script|head)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<\/(?:h1|h2|p|li|dd|div|form)>|<br>/g, '\n')
    .replaceAll(/<[^>]*>/g, ' ')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join(' · ')
    .slice(0, 400);
