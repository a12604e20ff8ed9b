import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Application } from '../../domain/application.js';
import type { PendingSignIn } from '../../use-cases/interactions.port.js';

type Params = Record<string, unknown>;
type Validator = (ctx: KoaContextWithOIDC, value: string | undefined) => void;

const words = (text: unknown): string[] => (typeof text === 'string' ? text.split(' ').filter(Boolean) : []);

/**
 * What we read differently from the library, before it sees the request: `offline` is another name of `offline_access`;
 * `prompt=consent` asks for nothing, for applications here are the operator's own.
 */
export function readOurWay(query: Record<string, unknown>): Record<string, unknown> {
  const { scope, prompt } = query;
  const scopes = words(scope).map((word) => (word === 'offline' ? 'offline_access' : word));
  const prompts = words(prompt).filter((word) => word !== 'consent');
  return {
    ...query,
    ...(typeof scope === 'string' && { scope: scopes.join(' ') }),
    ...(typeof prompt === 'string' && { prompt: prompts.length > 0 ? prompts.join(' ') : undefined }),
  };
}

/** The library drops `offline_access` where nobody is asked for consent (OpenID Connect Core §11); here nobody ever is. */
function keepOfflineAccess({ oidc, query }: KoaContextWithOIDC): void {
  const asked = words(query['scope']).includes('offline_access');
  if (!asked || !oidc.client?.grantTypeAllowed('refresh_token') || !oidc.params) return;
  oidc.params['scope'] = [...new Set([...words(oidc.params['scope']), 'offline_access'])].join(' ');
}

const shape =
  (name: string, pattern: RegExp): Validator =>
  (_ctx, value) => {
    if (value !== undefined && !pattern.test(value)) throw new errors.InvalidRequest(`${name} is not well-formed`);
  };

/** Parameters of our own at the authorize endpoint, with their checks. */
export const extraParameters: Record<string, Validator> = {
  org_code: (ctx, value) => {
    shape('org_code', /^[\w.-]{1,64}$/)(ctx, value);
    keepOfflineAccess(ctx);
  },
  connection_id: shape('connection_id', /^[\w.-]{1,64}$/),
  domain_hint: shape('domain_hint', /^[\w.-]{1,253}$/),
};

const upstreamNames = ['login_hint', 'prompt', 'ui_locales', 'domain_hint'];

/** A stored authorize request in the words of the sign-in. */
export function toPendingSignIn(
  uid: string,
  params: Params,
  application: Pick<Application, 'name' | 'connections'>,
): PendingSignIn {
  const text = (name: string): string | null => (typeof params[name] === 'string' ? params[name] : null);
  const given = upstreamNames.flatMap((name) => (text(name) === null ? [] : [[name, text(name)]]));
  return {
    uid,
    applicationId: text('client_id') ?? '',
    applicationName: application.name,
    applicationConnections: application.connections,
    organizationId: text('org_code'),
    connectionId: text('connection_id'),
    loginHint: text('login_hint'),
    prompt: text('prompt'),
    uiLocales: text('ui_locales'),
    upstreamParams: Object.fromEntries(given) as Record<string, string>,
  };
}
