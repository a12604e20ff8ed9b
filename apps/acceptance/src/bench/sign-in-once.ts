import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from '../client/browser.js';

export type Broker = {
  authorize: string;
  token: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  params: Record<string, string>;
};

export type Tokens = { idToken: string; accessToken: string };

/** One sign-in at a broker by a browser and its application: authorize, upstream, callback, code, tokens. */
export async function signInOnce(broker: Broker, browser: Browser): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(broker.authorize);
  const params = {
    client_id: broker.clientId,
    response_type: 'code',
    redirect_uri: broker.redirectUri,
    scope: 'openid profile email offline_access',
    state: randomBytes(12).toString('base64url'),
    nonce: randomBytes(12).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...broker.params,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  const answer = await browser.walk(url, broker.redirectUri);
  const code = answer.location?.searchParams.get('code');
  if (!code) throw new Error(`no code: ${answer.status} ${answer.location?.href ?? answer.text.slice(0, 300)}`);
  const basic = Buffer.from(`${broker.clientId}:${broker.clientSecret}`).toString('base64');
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: broker.redirectUri,
    client_id: broker.clientId,
    code_verifier: verifier,
  };
  const tokens = await browser.post(broker.token, form, { authorization: `Basic ${basic}` });
  const { id_token: idToken, access_token: accessToken } = JSON.parse(tokens) as Record<string, string>;
  if (!idToken || !accessToken) throw new Error(`no tokens: ${tokens.slice(0, 300)}`);
  return { idToken, accessToken };
}
