import type { Directory } from '../directory/directory.js';
import type { App } from '../directory/model.js';
import { EntraError } from './errors.js';
import { readScopes } from './scopes.js';
import { requireAppIn, type Realm } from './tenant-segment.js';

export const responseModes = ['query', 'fragment', 'form_post'] as const;
export const prompts = ['login', 'none', 'select_account', 'consent'] as const;

/** An authorize request whose client and redirect URI are known to belong together. */
export type AuthorizeRequest = {
  clientId: string;
  redirectUri: string;
  responseMode: (typeof responseModes)[number];
  state?: string | undefined;
  nonce?: string | undefined;
  scope: string;
  challenge?: { value: string; method: 'S256' | 'plain' } | undefined;
  loginHint?: string | undefined;
  domainHint?: string | undefined;
  prompt?: (typeof prompts)[number] | undefined;
};

/** Where a refusal may be sent: known before the rest of the request is looked at. */
export type Return = Pick<AuthorizeRequest, 'clientId' | 'redirectUri' | 'responseMode' | 'state'>;

/**
 * The client and its redirect URI. What is wrong here is told to the person on a page and never to an address
 * from the request.
 * @throws EntraError 9000411, 900144, 700016, 50194, 9002332, 50011
 */
export function readReturn(fields: URLSearchParams, realm: Realm, directory: Directory): { app: App; back: Return } {
  refuseRepeated(fields);
  const clientId = need(fields, 'client_id').toLowerCase();
  const app = requireAppIn(realm, clientId, directory);
  const redirectUri = need(fields, 'redirect_uri');
  if (!app.redirectUris.includes(redirectUri)) throw new EntraError(50011, { redirectUri, app: clientId });
  const mode = fields.get('response_mode');
  const responseMode = responseModes.find((each) => each === mode) ?? 'query';
  return { app, back: { clientId, redirectUri, responseMode, state: fields.get('state') ?? undefined } };
}

/** The rest of the request. @throws EntraError, to be sent back to the application */
export function readAuthorizeRequest(
  fields: URLSearchParams,
  back: Return,
  app: App,
  origin: string,
): AuthorizeRequest {
  requireOneOf(fields, 'response_mode', responseModes);
  const responseType = need(fields, 'response_type');
  if (responseType !== 'code') throw new EntraError(700054, { value: responseType });
  const scope = need(fields, 'scope');
  readScopes(scope, app, origin);
  return {
    ...back,
    scope,
    nonce: fields.get('nonce') ?? undefined,
    challenge: readChallenge(fields, app),
    loginHint: readLoginHint(fields.get('login_hint')),
    domainHint: fields.get('domain_hint')?.toLowerCase(),
    prompt: requireOneOf(fields, 'prompt', prompts),
  };
}

function readChallenge(fields: URLSearchParams, app: App): AuthorizeRequest['challenge'] {
  const value = fields.get('code_challenge');
  if (!value && app.publicClient) throw new EntraError(9002325);
  if (!value) return undefined;
  const method = requireOneOf(fields, 'code_challenge_method', ['S256', 'plain'] as const) ?? 'plain';
  if (!/^[\w.~-]{43,128}$/.test(value)) throw new EntraError(90023, { field: 'code_challenge', value });
  return { value, method };
}

/** A typed name, or the opaque value of the `login_hint` claim. */
function readLoginHint(hint: string | null): string | undefined {
  if (!hint) return undefined;
  return hint.startsWith('O.') ? Buffer.from(hint.slice(2), 'base64url').toString('utf8') : hint;
}

export function refuseRepeated(fields: URLSearchParams): void {
  const repeated = [...fields.keys()].find((name) => fields.getAll(name).length > 1);
  if (repeated) throw new EntraError(9000411, { field: repeated });
}

export function need(fields: URLSearchParams, field: string): string {
  const value = fields.get(field);
  if (!value) throw new EntraError(900144, { field });
  return value;
}

function requireOneOf<T extends string>(fields: URLSearchParams, field: string, known: readonly T[]): T | undefined {
  const value = fields.get(field);
  if (!value) return undefined;
  const found = known.find((each) => each === value);
  if (!found) throw new EntraError(90023, { field, value });
  return found;
}
