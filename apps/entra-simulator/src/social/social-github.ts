import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { SocialGrant, SocialProvider } from './model.js';
import { redeemSocial, type SocialRefusal } from './redeem-social.js';

/** GitHub's own words, which come with status 200. */
const errors: Record<SocialRefusal, string> = {
  client: 'incorrect_client_credentials',
  code: 'bad_verification_code',
  'redirect-uri': 'redirect_uri_mismatch',
};

export const githubToken =
  (provider: SocialProvider) =>
  (exchange: Exchange, simulation: Simulation): Answer => {
    const grant = redeemSocial(provider, exchange, simulation);
    if (typeof grant === 'string') return json(200, { error: errors[grant] });
    const { settings, socialTokens } = simulation;
    const access_token = socialTokens.put(grant, settings.tokenLifetimeSeconds);
    return json(200, { access_token, token_type: 'bearer', scope: 'read:user,user:email' });
  };

export const githubUser = asPerson(({ person: { id, name } }) =>
  json(200, { id, login: name.toLowerCase().replace(' ', '-'), type: 'User', name, avatar_url: null, email: null }),
);

export const githubEmails = asPerson(({ person: { email, emailVerified } }) =>
  json(200, email === undefined ? [] : [{ email, primary: true, verified: emailVerified, visibility: 'private' }]),
);

function asPerson(answer: (grant: SocialGrant) => Answer) {
  return ({ headers }: Exchange, { socialTokens }: Simulation): Answer => {
    if (!headers['user-agent']) return json(403, { message: 'Request forbidden by administrative rules.' });
    const grant = socialTokens.get(headers.authorization?.replace(/^(Bearer|token) /i, '') ?? '');
    return grant?.provider === 'github' ? answer(grant) : json(401, { message: 'Bad credentials' });
  };
}
