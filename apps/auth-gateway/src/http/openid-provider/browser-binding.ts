import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from '../../use-cases/interactions.port.js';
import { type CookieNames, cookieValues } from './cookies.js';

/** Anything with request headers: a Fastify request or a plain node one. */
type WithHeaders = { headers: { cookie?: string | undefined } };

/**
 * Ties a sign-in to the browser it began in (login CSRF, state fixation). One random cookie serves all tabs; rows keep
 * only its hash. Two cookies of the name mean that somebody planted one: the browser then counts as unbound.
 */
export class BrowserBinding {
  constructor(private readonly names: CookieNames) {}

  of(request: WithHeaders): Browser {
    const cookieHeader = request.headers.cookie;
    const [value, ...more] = cookieValues(cookieHeader, this.names.browser);
    const usable = value !== undefined && more.length === 0 && /^[\w-]{43}$/.test(value);
    return { binding: usable ? hashOf(value) : undefined, cookieHeader };
  }

  /** A new binding for a browser that has none: the cookie to send and the hash to keep. */
  create(): { setCookie: string; binding: string } {
    const value = randomBytes(32).toString('base64url');
    return { setCookie: this.names.serialize(this.names.browser, value), binding: hashOf(value) };
  }
}

const hashOf = (value: string): string => createHash('sha256').update(value).digest('base64url');
