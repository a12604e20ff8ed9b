import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ProviderRecords } from '../../use-cases/provider-records.port.js';
import type { StartSignOut } from '../../use-cases/sign-out/start-sign-out.port.js';
import { disguise } from './access-tokens.js';
import { readOurWay } from './authorize-parameters.js';
import type { BrowserBinding } from './browser-binding.js';
import { type CookieNames, cookieValues } from './cookies.js';
import { requestInternally } from './internal-request.js';
import { errorPage } from './pages.js';
import { rememberSignOut } from './remember-sign-out.js';
import { UnitOfWork } from './unit-of-work.js';

type Next = () => Promise<unknown>;
type Koa = KoaContextWithOIDC;

const tokenRoutes = new Set(['/oauth2/introspection', '/oauth2/revocation']);
const largestBody = 64 * 1_024;

/** Puts one unit of work around every provider request, and reads requests our way before the library does. */
export class ProviderRequests {
  private readonly logger = new Logger('OpenIdProvider');

  constructor(
    private readonly records: ProviderRecords,
    private readonly binding: BrowserBinding,
    private readonly cookies: CookieNames,
    private readonly startSignOut: StartSignOut,
  ) {}

  install(provider: Provider): void {
    provider.use(async (ctx, next) => (UnitOfWork.current ? next() : this.handle(ctx as Koa, next)));
    provider.on('server_error', (_ctx, error: Error) => this.logger.error(error.stack ?? error.message));
    provider.on('end_session.success', rememberSignOut);
  }

  /** The library's error page is replaced by ours: an id, a plain sentence, never what the request said. */
  readonly renderError = (ctx: Koa, out: { error: string; error_description?: string }): void => {
    const id = randomUUID();
    this.logger.warn({ id, error: out.error, description: out.error_description, path: ctx.path }, 'request refused');
    ctx.type = 'html';
    ctx.body = errorPage(out.error, id);
  };

  private async handle(ctx: Koa, next: Next): Promise<void> {
    const unit = new UnitOfWork(this.records, this.binding.of(ctx.req));
    await unit.run(async () => {
      try {
        await this.prepare(ctx, unit);
        await next();
        if (ctx.path === '/oauth2/logout') await this.signOutAtOnce(ctx);
        if (ctx.status < 500 && !(await unit.flush())) refuseUsed(ctx);
        else await this.signOutThere(ctx, unit);
      } catch (error) {
        this.unavailable(ctx, error);
      }
      this.dropOwnCookies(ctx);
    });
  }

  private async prepare(ctx: Koa, unit: UnitOfWork): Promise<void> {
    const { path, method } = ctx;
    this.refuseDoubleSession(ctx);
    if (path === '/oauth2/auth') {
      ctx.query = readOurWay(ctx.query) as typeof ctx.query;
      const { client_id: clientId } = ctx.query;
      unit.applicationId = typeof clientId === 'string' ? clientId : undefined;
      this.bindBrowser(ctx, unit);
    }
    if (method === 'POST' && tokenRoutes.has(path)) await disguiseToken(ctx);
  }

  /** Two session cookies mean that somebody planted one of them; we do not guess which. */
  private refuseDoubleSession({ req }: Koa): void {
    if (cookieValues(req.headers.cookie, this.cookies.session).length < 2) return;
    const pairs = req.headers.cookie?.split(';').map((pair) => pair.trim()) ?? [];
    req.headers.cookie = pairs.filter((pair) => !pair.startsWith(`${this.cookies.session}=`)).join('; ');
  }

  private bindBrowser(ctx: Koa, unit: UnitOfWork): void {
    if (unit.browser.binding !== undefined) return;
    const { setCookie, binding } = this.binding.create();
    ctx.append('set-cookie', setCookie);
    unit.browser = { ...unit.browser, binding };
  }

  /**
   * Nobody needs to be asked when nobody is signed in, or when the application shows an ID token of this very user
   * (RP-Initiated Logout §2): the confirmation is then our own.
   */
  private async signOutAtOnce(ctx: Koa): Promise<void> {
    const { session, provider, entities } = ctx.oidc;
    const secret = (session as { state?: { secret?: string } } | undefined)?.state?.secret;
    if (ctx.status !== 200 || !session || secret === undefined) return;
    const hinted = entities.IdTokenHint?.payload['sub'];
    if (session.accountId !== undefined && hinted === undefined) return;
    const answer = await requestInternally(provider, {
      method: 'POST',
      path: '/oauth2/logout/confirm',
      cookies: `${this.cookies.session}=${session.jti}`,
      form: { xsrf: secret, logout: 'yes' },
    });
    if (answer.location === undefined) return;
    ctx.set('set-cookie', answer.setCookies);
    ctx.status = 303;
    ctx.set('location', answer.location);
    ctx.body = '';
  }

  /** The session here has ended, and stays so whatever becomes of the provider's: the way back is in the answer already. */
  private async signOutThere(ctx: Koa, { signOutAsked, browser }: UnitOfWork): Promise<void> {
    const goesTo = ctx.res.getHeader('location');
    if (signOutAsked === undefined || browser.binding === undefined || typeof goesTo !== 'string') return;
    const { facts, back } = signOutAsked;
    try {
      const wayBack = back && { ...back, goesTo };
      const location = await this.startSignOut.execute({ facts, browserHash: browser.binding, back: wayBack });
      if (location !== undefined) ctx.set('location', location);
    } catch (error) {
      this.logger.warn({ err: error }, 'somebody could not be signed out at their provider too');
    }
  }

  /** Their place is taken by the binding cookie, which serves all tabs. */
  private dropOwnCookies(ctx: Koa): void {
    const cookies = [ctx.res.getHeader('set-cookie') ?? []].flat().map(String);
    const kept = withoutLibraryCookies(cookies, this.cookies);
    if (kept.length > 0) ctx.res.setHeader('set-cookie', kept);
    else ctx.res.removeHeader('set-cookie');
  }

  private unavailable(ctx: Koa, error: unknown): void {
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    ctx.res.removeHeader('set-cookie');
    ctx.res.removeHeader('location');
    ctx.status = 503;
    ctx.set('retry-after', '2');
    if (ctx.accepts('json', 'html') === 'html') this.renderError(ctx, { error: 'temporarily_unavailable' });
    else ctx.body = { error: 'temporarily_unavailable' };
  }
}

function refuseUsed(ctx: Koa): void {
  ctx.res.removeHeader('set-cookie');
  ctx.status = 400;
  ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
}

/** Set-Cookie values without the library's two cookies that tie a browser to a pending request. */
export function withoutLibraryCookies(cookies: readonly string[], { interaction, resume }: CookieNames): string[] {
  return cookies.filter((cookie) => !cookie.startsWith(`${interaction}=`) && !cookie.startsWith(`${resume}=`));
}

/** The library turns a JWT away before it looks at it; behind the disguise our own model finds it again. */
async function disguiseToken(ctx: Koa): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req) {
    size += (chunk as Buffer).length;
    if (size > largestBody) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const token = form.get('token');
  if (token?.split('.').length === 3) form.set('token', disguise + token);
  const body = Buffer.from(form.toString());
  ctx.req.headers['content-length'] = String(body.length);
  Object.defineProperties(ctx.req, { readable: { value: true }, iterator: { value: () => [body] } });
}
