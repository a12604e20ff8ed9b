import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { Browser } from './browser.js';

export type Application = { clientId: string; clientSecret: string; redirectUri: string };

export type SignedIn = {
  tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
  /** Claims of the ID token, validated by openid-client. */
  id: JWTPayload;
  /** Claims of the access token, validated against the published keys. */
  access: JWTPayload;
};

/** An application of somebody else: openid-client as it comes, plus plain http because this is loopback. */
export class RelyingParty {
  private constructor(
    readonly config: oidc.Configuration,
    readonly application: Application,
  ) {}

  /** It authenticates by its secret, unless another way is given. */
  static async discover(
    issuer: string,
    application: Application,
    authentication: oidc.ClientAuth = oidc.ClientSecretPost(application.clientSecret),
  ): Promise<RelyingParty> {
    const config = await oidc.discovery(new URL(issuer), application.clientId, undefined, authentication, {
      execute: [oidc.allowInsecureRequests],
    });
    return new RelyingParty(config, application);
  }

  /** The authorize address of a new sign-in, and what to check its answer with. */
  async begin(params: Record<string, string> = {}) {
    const verifier = oidc.randomPKCECodeVerifier();
    const expectedState = oidc.randomState();
    const expectedNonce = oidc.randomNonce();
    const url = oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: this.application.redirectUri,
      scope: 'openid profile email offline_access',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...params,
    });
    return { url, checks: { pkceCodeVerifier: verifier, expectedState, expectedNonce } };
  }

  /** The whole way: authorize, upstream, callback, code, tokens. */
  async signIn(browser: Browser, params: Record<string, string> = {}): Promise<SignedIn> {
    const { url, checks } = await this.begin(params);
    const answer = await browser.walk(url, this.application.redirectUri);
    if (answer.location === undefined)
      throw new Error(`no way back to the application: ${answer.status} ${textOf(answer.text)}`);
    return this.redeem(answer.location, checks);
  }

  async redeem(callback: URL, checks: oidc.AuthorizationCodeGrantChecks): Promise<SignedIn> {
    return this.read(await oidc.authorizationCodeGrant(this.config, callback, checks));
  }

  async refresh(refreshToken: string): Promise<SignedIn> {
    return this.read(await oidc.refreshTokenGrant(this.config, refreshToken));
  }

  userInfo(accessToken: string, subject: string) {
    return oidc.fetchUserInfo(this.config, accessToken, subject);
  }

  private async read(tokens: SignedIn['tokens']): Promise<SignedIn> {
    const { jwks_uri: jwksUri = '', issuer } = this.config.serverMetadata();
    const { payload } = await jwtVerify(tokens.access_token, createRemoteJWKSet(new URL(jwksUri)), { issuer });
    return { tokens, id: { ...tokens.claims() }, access: payload };
  }
}

/** The words of a page, for messages. */
export const textOf = (html: string): string =>
  html
    .replace(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
