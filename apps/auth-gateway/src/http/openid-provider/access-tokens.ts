import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { SignInFacts } from '../../domain/sign-in-facts.js';
import type { TokenClock } from '../../use-cases/token-clock.port.js';
import type { TokenSigner } from '../../use-cases/token-signer.port.js';
import { keyOf } from './record-keys.js';
import { UnitOfWork } from './unit-of-work.js';

export type AccessTokens = {
  issuer: string;
  signer: TokenSigner;
  clock: TokenClock;
  audienceOf(clientId: string): Promise<string>;
  claimsOf(userId: string): Record<string, unknown>;
  /** Whether what the grant rests on still lets its tokens serve. */
  stands(facts: SignInFacts, clientId: string): Promise<boolean>;
};

type Token = InstanceType<Provider['AccessToken']>;
type Claims = Record<string, unknown>;

/** Set in front of a JWT where the library would refuse it by its shape alone. */
export const disguise = 'jwt~';

/**
 * Access tokens are JWTs (RFC 9068) for the application's own API, signed by us and not stored. As shipped, the library
 * refuses such tokens at userinfo, introspection and revocation; here they are verified and turned back into its model.
 * The token's id begins with its grant's, so that a token ends with its grant: by sign-out, revocation or reuse.
 */
export function useJwtAccessTokens(provider: Provider, tokens: AccessTokens): void {
  const { AccessToken, ClientCredentials } = provider;
  Object.defineProperty(AccessToken.prototype, 'getValueAndPayload', {
    value: async function (this: Token) {
      return { value: await issue(this, tokens) };
    },
  });
  Object.defineProperty(AccessToken, 'find', { value: (value: string) => findPersons(provider, tokens, value) });
  Object.defineProperty(ClientCredentials, 'find', {
    value: async (value: string) => {
      const claims = read(tokens, value);
      return claims && claims['sub'] === claims['client_id']
        ? new ClientCredentials(modelOf(claims) as never)
        : undefined;
    },
  });
}

async function issue(token: Token, { issuer, signer, clock, audienceOf, claimsOf }: AccessTokens): Promise<string> {
  const { accountId, clientId = '', grantId, scope, sid } = token;
  const iat = clock.nowSeconds();
  const standard = { iss: issuer, sub: accountId, aud: await audienceOf(clientId), client_id: clientId, scope, sid };
  const times = { iat, exp: iat + token.expiration, jti: `${grantId}.${clock.newTokenId()}` };
  return signer.jwt('at+jwt', { ...standard, ...times, ...claimsOf(accountId) });
}

async function findPersons(provider: Provider, tokens: AccessTokens, value: string): Promise<Token | undefined> {
  const claims = read(tokens, value);
  const [grantId, random] = String(claims?.['jti']).split('.');
  if (!claims || !grantId || !random) return undefined;
  const unit = UnitOfWork.required();
  const grant = await unit.find(keyOf('Grant', grantId));
  if (grant?.userId !== claims['sub'] || unit.hasEnded(String(claims['sub']))) return undefined;
  const clientId = String(claims['client_id']);
  if (!grant?.facts || !(await tokens.stands(grant.facts, clientId))) return undefined;
  const model = { ...modelOf(claims), accountId: claims['sub'], grantId };
  return new provider.AccessToken(model as never);
}

function read({ signer, clock, issuer }: AccessTokens, value: string): Claims | undefined {
  const jwt = value.startsWith(disguise) ? value.slice(disguise.length) : value;
  const claims = signer.read(jwt, 'at+jwt', clock.nowSeconds());
  return claims?.['iss'] === issuer ? claims : undefined;
}

const standardNames = new Set(['iss', 'sub', 'aud', 'client_id', 'scope', 'sid', 'iat', 'exp', 'jti']);

function modelOf(claims: Claims): Claims {
  const { client_id: clientId, scope, sid, iat, exp, jti, aud } = claims;
  const extra = Object.fromEntries(Object.entries(claims).filter(([name]) => !standardNames.has(name)));
  // Userinfo takes only tokens without an audience; introspection must state it.
  const route = (Provider.ctx as KoaContextWithOIDC | undefined)?.oidc.route;
  return { clientId, scope, sid, iat, exp, jti, extra, ...(route === 'introspection' && { aud }) };
}
