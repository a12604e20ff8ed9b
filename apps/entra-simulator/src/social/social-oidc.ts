import { json, type Answer, type Exchange } from '../http/exchange.js';
import { signDraft } from '../entra/jwt.js';
import type { Simulation } from '../simulation.js';
import type { SocialGrant, SocialPerson, SocialProvider } from './model.js';
import { redeemSocial } from './redeem-social.js';

/** A provider with OpenID Connect: discovery, keys, tokens and userinfo below its own name. */
export const socialDiscovery =
  ({ key }: SocialProvider) =>
  (_: Exchange, { origin }: Simulation): Answer => {
    const issuer = `${origin}/${key}`;
    return json(200, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: true,
    });
  };

export function socialKeys(_: Exchange, { keys }: Simulation): Answer {
  const { kid, n, e } = keys.consumers;
  return json(200, { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }] });
}

export const socialToken =
  (provider: SocialProvider) =>
  async (exchange: Exchange, simulation: Simulation): Promise<Answer> => {
    const grant = redeemSocial(provider, exchange, simulation);
    if (grant === 'client') return json(401, { error: 'invalid_client' });
    if (typeof grant === 'string') return json(400, { error: 'invalid_grant' });
    const { settings, socialTokens } = simulation;
    return json(200, {
      token_type: 'Bearer',
      expires_in: settings.tokenLifetimeSeconds,
      scope: 'openid profile email',
      access_token: socialTokens.put(grant, settings.tokenLifetimeSeconds),
      id_token: await idToken(provider, grant, simulation),
    });
  };

export const socialUserinfo =
  ({ key }: SocialProvider) =>
  ({ headers }: Exchange, { socialTokens }: Simulation): Answer => {
    const grant = socialTokens.get(headers.authorization?.replace(/^Bearer /i, '') ?? '');
    if (grant?.provider !== key) return json(401, { error: 'invalid_token' });
    return json(200, claimsOf(grant.person));
  };

function idToken({ key, client }: SocialProvider, { person, nonce }: SocialGrant, simulation: Simulation) {
  const { keys, origin, settings } = simulation;
  const now = simulation.now();
  const header = { alg: 'RS256', typ: 'JWT', kid: keys.consumers.kid };
  const claims = {
    ...{ iss: `${origin}/${key}`, aud: client.clientId, azp: client.clientId, nonce },
    ...{ iat: now, exp: now + settings.tokenLifetimeSeconds, ...claimsOf(person) },
  };
  return signDraft({ header, claims, signer: 'published' }, keys.consumers, keys.stranger);
}

const claimsOf = ({ id, name, givenName, familyName, email, emailVerified }: SocialPerson) => ({
  ...{ sub: String(id), name, given_name: givenName, family_name: familyName },
  ...(email !== undefined && { email, email_verified: emailVerified }),
});
