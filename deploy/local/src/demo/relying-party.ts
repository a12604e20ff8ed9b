import * as client from 'openid-client';
import type { LocalFile } from '../local-file.js';

export type Tokens = { accessToken: string; idToken: string; sub: string };

/** The demo application's OpenID client: stock openid-client, which verifies every token. */
export class RelyingParty {
  private constructor(
    private readonly configuration: client.Configuration,
    private readonly application: LocalFile['demoApplication'],
  ) {}

  static async discover({ issuer, demoApplication }: LocalFile): Promise<RelyingParty> {
    const { clientId, clientSecret } = demoApplication;
    // openid-client refuses http unless told: the local system has no certificate of its own.
    const options = { execute: [client.allowInsecureRequests] };
    const found = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, options);
    return new RelyingParty(found, demoApplication);
  }

  /** @param browse goes to the URL and answers where the browser came back to */
  async signIn(wishes: Record<string, string>, browse: (url: string) => Promise<URL>): Promise<Tokens> {
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.application.redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...wishes,
    });
    const back = await browse(url.href);
    const tokens = await client.authorizationCodeGrant(this.configuration, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    return { accessToken: tokens.access_token, idToken: tokens.id_token ?? '', sub: tokens.claims()?.sub ?? '' };
  }
}
