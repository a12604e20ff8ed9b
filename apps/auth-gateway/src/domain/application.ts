import type { ManagementScope } from '@homerealm/contracts';
import { applicationErrors } from './application.errors.js';
import { isAllowedLogoutUri, isAllowedRedirectUri } from './redirect-uri.js';

export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';
export type AuthMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none';

/** A public key of an application, as a JWK. */
export type ApplicationKey = Record<string, unknown>;

/** What an admin says about an application. */
export type ApplicationSettings = {
  name: string;
  /** web: keeps a secret on a server. spa, native: cannot. m2m: no people, only itself. */
  type: 'web' | 'spa' | 'native' | 'm2m';
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  grantTypes: readonly GrantType[];
  tokenEndpointAuthMethod: AuthMethod;
  idTokenSignedResponseAlg: 'ES256' | 'RS256';
  /** Management scopes it may ask for. */
  scopes: readonly ManagementScope[];
  jwks: { keys: readonly ApplicationKey[] } | null;
  /** Connections people may sign in through here; null means all. */
  connections: readonly string[] | null;
  /** How long after a sign-in its session serves this application without another one; null: as long as it lasts. */
  sessionSeconds?: number | null;
  /** How long after a sign-in its tokens can be refreshed; null: as the environment says. */
  refreshSeconds?: number | null;
  /** Where to tell that a session ended (OpenID Connect Back-Channel Logout). */
  backchannelLogoutUri?: string | null;
  /** Where somebody begins a sign-in who did not begin in the application (OpenID Connect Core §4). */
  initiateLoginUri?: string | null;
  /** The `aud` of its access tokens; by default `urn:homerealm:application:<id>`. */
  audience: string | null;
};

export type ApplicationSecret = { id: string; hash: string; createdAt: Date; expiresAt: Date | null };

/** An OIDC client. Its id is the client id. */
export type Application = ApplicationSettings & {
  id: string;
  secrets: readonly ApplicationSecret[];
  createdAt: Date;
  updatedAt: Date;
};

/** Scopes that only the gateway itself holds: with them somebody could say who signed in. */
export const isOwnScope = (scope: ManagementScope): boolean => scope === 'sign-ins:write' || scope === 'test-runs:run';

/** The audience of the application's own API. */
export const audienceOf = ({ id, audience }: Pick<Application, 'id' | 'audience'>): string =>
  audience ?? `urn:homerealm:application:${id}`;

export const usesSecrets = ({ tokenEndpointAuthMethod }: ApplicationSettings): boolean =>
  tokenEndpointAuthMethod.startsWith('client_secret_');

/** Most secrets that are valid at a time: the one in use and the one that replaces it. */
export const mostSecrets = 2;

const grantTypesOf: Record<ApplicationSettings['type'], readonly GrantType[]> = {
  web: ['authorization_code', 'refresh_token', 'client_credentials'],
  spa: ['authorization_code', 'refresh_token'],
  native: ['authorization_code', 'refresh_token'],
  m2m: ['client_credentials'],
};

/** What an admin leaves out follows from the type. */
export function defaultsOf(
  type: ApplicationSettings['type'],
): Pick<ApplicationSettings, 'grantTypes' | 'tokenEndpointAuthMethod'> {
  const keepsSecrets = type === 'web' || type === 'm2m';
  return {
    grantTypes: type === 'm2m' ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    tokenEndpointAuthMethod: keepsSecrets ? 'client_secret_basic' : 'none',
  };
}

/** Refuses settings that do not go together. */
export function checkApplication(settings: ApplicationSettings): void {
  const { type, grantTypes, tokenEndpointAuthMethod, redirectUris, postLogoutRedirectUris, scopes, jwks } = settings;
  checkUris(type, redirectUris, 'redirectUris');
  checkUris(type, postLogoutRedirectUris, 'postLogoutRedirectUris');
  if (grantTypes.includes('authorization_code') && redirectUris.length === 0) {
    throw applicationErrors('application.redirect-uri-missing', {}, 'redirectUris');
  }
  if (grantTypes.some((grantType) => !grantTypesOf[type].includes(grantType))) {
    throw applicationErrors('application.grant-type-not-allowed', {}, 'grantTypes');
  }
  const isPublic = type === 'spa' || type === 'native';
  if (isPublic !== (tokenEndpointAuthMethod === 'none')) {
    throw applicationErrors('application.auth-method-not-allowed', {}, 'tokenEndpointAuthMethod');
  }
  const mayHaveScopes = grantTypes.includes('client_credentials') && !scopes.some(isOwnScope);
  if (scopes.length > 0 && !mayHaveScopes) throw applicationErrors('application.scopes-not-allowed', {}, 'scopes');
  checkKeys(tokenEndpointAuthMethod, jwks);
  checkLogoutUri(settings.backchannelLogoutUri ?? null);
  checkInitiateLoginUri(settings);
}

/** Whether a plain http address may be called is the operator's to say, at the moment of calling. */
function checkLogoutUri(uri: string | null): void {
  if (uri === null || isAllowedLogoutUri(uri)) return;
  throw applicationErrors('application.logout-uri-not-allowed', {}, 'backchannelLogoutUri');
}

/** A browser is sent there with nothing but public words, and the application begins an ordinary sign-in. */
function checkInitiateLoginUri({ initiateLoginUri = null, grantTypes }: ApplicationSettings): void {
  if (initiateLoginUri === null) return;
  const signsPeopleIn = grantTypes.includes('authorization_code');
  if (signsPeopleIn && isAllowedRedirectUri(initiateLoginUri, false)) return;
  throw applicationErrors('application.initiate-login-uri-not-allowed', {}, 'initiateLoginUri');
}

function checkUris(type: ApplicationSettings['type'], uris: readonly string[], field: string): void {
  uris.forEach((uri, index) => {
    if (isAllowedRedirectUri(uri, type === 'native')) return;
    throw applicationErrors('application.redirect-uri-not-allowed', {}, `${field}.${index}`);
  });
}

function checkKeys(method: AuthMethod, jwks: ApplicationSettings['jwks']): void {
  if (method === 'private_key_jwt' && (jwks === null || jwks.keys.length === 0)) {
    throw applicationErrors('application.jwks-missing', {}, 'jwks');
  }
  jwks?.keys.forEach((key, index) => {
    if (!isPublicSigningKey(key)) throw applicationErrors('application.jwks-not-allowed', {}, `jwks.keys.${index}`);
  });
}

function isPublicSigningKey(key: ApplicationKey): boolean {
  const hasPrivateParts = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].some((name) => name in key);
  if (hasPrivateParts || (key['use'] !== undefined && key['use'] !== 'sig')) return false;
  const text = (name: string): string => (typeof key[name] === 'string' ? key[name] : '');
  if (key['kty'] === 'EC') return key['crv'] === 'P-256' && text('x') !== '' && text('y') !== '';
  if (key['kty'] === 'OKP') return key['crv'] === 'Ed25519' && text('x') !== '';
  // 2048 bits are 342 characters of base64url.
  return key['kty'] === 'RSA' && text('e') !== '' && text('n').length >= 342;
}
