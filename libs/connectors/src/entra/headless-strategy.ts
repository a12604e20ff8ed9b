import { Refusal } from '../check-list.js';
import { clockSkew } from './check-id-token.js';
import {
  LibraryOidcStrategy,
  type LibraryConfig,
  type LibraryExpectations,
  type LibraryMetadata,
  type LibraryParams,
  type LibraryRequest,
  type LibraryStrategy,
  type LibraryTokens,
  type LibraryVerify,
  type Next,
} from './oidc-strategy.js';
import type { Provider } from './providers.js';

/** The work one run does where the library would do it itself, unsafely. Steps reject with `Refusal`. */
export type RunSteps = {
  /** Reads the incoming request; absent when a sign-in begins. */
  readCallback?(): { code: string; state: string };
  loadProvider(): Promise<Provider>;
  redeem?(code: string): Promise<{ tokens: LibraryTokens; issuer: string; provider: Provider }>;
  redirectUri: string;
};

export type RunResult =
  | { ended: 'redirect'; location: string }
  | { ended: 'success'; subject: string }
  | { ended: 'failure'; reason: unknown };

export type StrategySettings = {
  metadataUrl: string;
  clientId: string;
  callbackUrl: string;
  scope: string[];
  sessionKey: string;
};

/** Above bunyan's `fatal`: the library's own log lines are of no use to anybody. */
const silent = 61;

/** Eight declared parameters: the library counts them. Never throws, never waits. */
const verify: LibraryVerify = (_iss, sub, _profile, _claims, _accessToken, _refreshToken, _params, done) =>
  done(null, { subject: sub });

/**
 * passport-azure-ad's `OIDCStrategy` without passport: no middleware, no cookies, no session store. The library builds
 * the request, looks the state up and checks the ID token; everything that it does unsafely is overridden here
 * (why: the table in this library's README).
 */
export class HeadlessStrategy extends LibraryOidcStrategy {
  private steps!: RunSteps;
  private end!: (result: RunResult) => void;
  private verified?: { issuer: string; provider: Provider };

  constructor(settings: StrategySettings) {
    super(
      {
        identityMetadata: settings.metadataUrl,
        clientID: settings.clientId,
        responseType: 'code',
        responseMode: 'query',
        redirectUrl: settings.callbackUrl,
        allowHttpForRedirectUrl: true, // a local gateway; Entra itself takes http for localhost only
        clientSecret: 'held-elsewhere', // demanded by the library; the real credential is opened at use
        validateIssuer: false, // replaced by the strict check, and set again in _validateResponse
        passReqToCallback: false,
        loggingLevel: 'error',
        loggingNoPII: true,
        clockSkew,
        scope: [...settings.scope],
        sessionKey: settings.sessionKey,
      },
      verify,
    );
    this.log.levels('console', silent);
    this.log.levels('error', silent);
  }

  /** One run on an object of its own. Resolves whatever happens. */
  run(request: LibraryRequest, steps: RunSteps, params: Record<string, string> = {}): Promise<RunResult> {
    return new Promise((resolve) => {
      const run = Object.create(this) as this;
      run.steps = steps;
      run.end = resolve;
      run.redirect = (location) => resolve({ ended: 'redirect', location });
      run.success = (user) => resolve({ ended: 'success', subject: (user as { subject: string }).subject });
      run.fail = (reason) => resolve({ ended: 'failure', reason });
      run.error = (reason) => resolve({ ended: 'failure', reason });
      run.pass = () => resolve({ ended: 'failure', reason: 'pass' });
      run.guarded(() => run.authenticate(request, { extraAuthReqQueryParams: params, response: {} }));
    });
  }

  override collectInfoFromReq(params: LibraryParams, request: LibraryRequest, next: Next, response: unknown): void {
    this.guarded(() => {
      if (this.steps.readCallback) request.query = this.steps.readCallback();
      super.collectInfoFromReq(params, request, next, response);
    });
  }

  override setOptions(
    params: LibraryParams,
    config: LibraryConfig,
    expectations: LibraryExpectations,
    done: Next,
  ): void {
    this.step(this.steps.loadProvider(), (provider) => {
      params.metadata = libraryMetadata(provider);
      // The library caches by this key for half an hour and never looks again: new content must be a new key.
      params.cachekey = `${params.cachekey}#${provider.digest}`;
      super.setOptions(params, config, expectations, (error) => {
        config.redirectUrl = this.steps.redirectUri;
        done(error);
      });
    });
  }

  override _getAccessTokenBySecretOrAssertion(
    ...[code, , next, callback]: Parameters<LibraryStrategy['_getAccessTokenBySecretOrAssertion']>
  ): void {
    const { redeem } = this.steps;
    if (!redeem) return next(new Error('a beginning sign-in redeems nothing'));
    this.step(redeem(code), ({ tokens, ...verified }) => {
      this.verified = verified;
      callback(null, tokens);
    });
  }

  override _validateResponse(
    ...[params, expectations, request, next, callback]: Parameters<LibraryStrategy['_validateResponse']>
  ): void {
    const { verified } = this;
    if (!verified) return next(new Error('no token was checked'));
    params.metadata = libraryMetadata(verified.provider);
    expectations.algorithms = ['RS256'];
    // As an array, because the library adds the form `spn:<client id>` to a text.
    expectations.audience = [expectations.audience ?? []].flat();
    expectations.validateIssuer = true;
    expectations.issuer = [verified.issuer];
    // The library calls back from a later tick, where nobody would catch.
    const guardedCallback: typeof callback = (...claims) => this.guarded(() => callback(...claims));
    this.guarded(() => super._validateResponse(params, expectations, request, next, guardedCallback));
  }

  override _errorResponseHandler(_error: unknown, _description: unknown, next: Next): void {
    next(new Error('the provider reported an error'));
  }

  /**
   * Waits for a step and goes on outside of its promise: the library's callbacks throw at times, and inside a promise
   * that would be an unhandled rejection.
   */
  private step<T>(work: Promise<T>, then: (value: T) => void): void {
    work.then(
      (value) => setImmediate(() => this.guarded(() => then(value))),
      (error: unknown) => this.end({ ended: 'failure', reason: error }),
    );
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.end({ ended: 'failure', reason: error });
    }
  }
}

const libraryViews = new WeakMap<Provider, LibraryMetadata>();

/** A provider in the library's words. Keys are handed over as key objects, made once. */
function libraryMetadata(provider: Provider): LibraryMetadata {
  const known = libraryViews.get(provider);
  if (known) return known;
  const { issuer, authorizationEndpoint, tokenEndpoint } = provider.metadata;
  const view: LibraryMetadata = {
    oidc: {
      algorithms: ['RS256'],
      issuer,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
    },
    fetch: (done) => done(null),
    generateOidcPEM(kid) {
      const verifier = provider.keys.find(kid)?.verifier;
      if (!verifier) throw new Refusal('upstream.library', 'upstream.key-unknown');
      return verifier;
    },
  };
  libraryViews.set(provider, view);
  return view;
}
