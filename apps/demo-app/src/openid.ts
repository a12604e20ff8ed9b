import * as client from 'openid-client';
import type { Settings } from './config.js';

/** What the person may ask for before signing in. */
export type SignInWish = { email?: string; orgCode?: string; connectionId?: string };
/** Kept between the redirect and the callback. */
export type Pending = { state: string; nonce: string; verifier: string };
export type Tokens = { idToken: string; accessToken: string; refreshToken: string | undefined };
export type Claims = Record<string, unknown> & { sub: string };

const scope = 'openid profile email offline_access';

/** The OpenID side of the demo app: what every application that trusts the gateway does, with a stock library. */
export class OpenId {
  private configuration: Promise<client.Configuration> | undefined;

  constructor(private readonly settings: Settings) {}

  get redirectUri(): string {
    return `${this.settings.baseUrl}/callback`;
  }

  async begin(wish: SignInWish): Promise<{ url: URL; pending: Pending }> {
    const configuration = await this.discover();
    const pending = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
      ...(wish.email && { login_hint: wish.email }),
      ...(wish.orgCode && { org_code: wish.orgCode }),
      ...(wish.connectionId && { connection_id: wish.connectionId }),
    });
    return { url, pending };
  }

  async finish(callback: URL, pending: Pending): Promise<Tokens> {
    const answer = await client.authorizationCodeGrant(await this.discover(), callback, {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.verifier,
      idTokenExpected: true,
    });
    return tokensOf(answer);
  }

  async refresh(tokens: Tokens): Promise<Tokens> {
    if (!tokens.refreshToken) throw new Error('The gateway gave no refresh token.');
    const answer = await client.refreshTokenGrant(await this.discover(), tokens.refreshToken);
    return tokensOf(answer, tokens);
  }

  async userInfo(tokens: Tokens, sub: string): Promise<Claims> {
    return await client.fetchUserInfo(await this.discover(), tokens.accessToken, sub);
  }

  /** Where the browser goes to end the session at the gateway as well. */
  async endSessionUrl(tokens: Tokens): Promise<URL> {
    return client.buildEndSessionUrl(await this.discover(), {
      id_token_hint: tokens.idToken,
      post_logout_redirect_uri: `${this.settings.baseUrl}/`,
    });
  }

  /** Once; a failure is tried again at the next request. */
  private discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    this.configuration ??= client
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        // The gateway of a local system is http; openid-client refuses that unless told.
        execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
      })
      .catch((problem: unknown) => {
        this.configuration = undefined;
        throw problem;
      });
    return this.configuration;
  }
}

function tokensOf(
  answer: { id_token?: string; access_token: string; refresh_token?: string },
  before?: Tokens,
): Tokens {
  return {
    idToken: answer.id_token ?? before?.idToken ?? '',
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
  };
}

/** The claims of a JWT for showing. Nothing is decided by them: openid-client has verified the ID token. */
export function claimsOf(jwt: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims;
  } catch {
    return undefined;
  }
}
