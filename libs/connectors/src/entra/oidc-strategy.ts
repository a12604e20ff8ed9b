import { OIDCStrategy } from 'passport-azure-ad';

/** The request as passport-azure-ad reads it: plain objects, no framework. */
export type LibraryRequest = {
  query: Record<string, string>;
  body: Record<string, never>;
  session: Record<string, { content: { state: string; nonce: string; timeStamp: number }[] }>;
};

export type LibraryParams = {
  cachekey?: string;
  metadata?: LibraryMetadata;
  code?: string;
  id_token?: string;
};

/** The parts of passport-azure-ad's `Metadata` that it uses itself once a document is loaded. */
export type LibraryMetadata = {
  oidc: { algorithms: string[]; issuer: string; authorization_endpoint: string; token_endpoint: string };
  fetch(done: (error?: Error | null) => void): void;
  /** The library hands the result to node:crypto, which takes a key object as well as a PEM text. */
  generateOidcPEM(kid: string): unknown;
};

export type LibraryConfig = { redirectUrl?: string; token_endpoint?: string; scope?: string };

export type LibraryExpectations = {
  algorithms?: string[];
  audience?: string | string[];
  issuer?: string[];
  validateIssuer?: boolean;
  nonce?: string;
};

export type Next = (error?: Error | null) => void;
export type LibraryTokens = { id_token: string; access_token?: string; token_type: string };

/** Called by the library with eight arguments: it counts them. */
export type LibraryVerify = (
  iss: string,
  sub: string,
  profile: object,
  claims: Record<string, unknown>,
  accessToken: string | undefined,
  refreshToken: string | undefined,
  params: unknown,
  done: (error: Error | null, user?: unknown) => void,
) => void;

export type LibraryOptions = {
  identityMetadata: string;
  clientID: string;
  responseType: 'code';
  responseMode: 'query';
  redirectUrl: string;
  allowHttpForRedirectUrl: boolean;
  clientSecret: string;
  validateIssuer: false;
  passReqToCallback: false;
  loggingLevel: string;
  loggingNoPII: true;
  clockSkew: number;
  scope: string[];
  sessionKey: string;
};

/** The prototype methods of `OIDCStrategy` that are its real seams; its published types leave them out. */
export type LibraryStrategy = {
  log: { levels(name: string, level: number): void };
  success(user: unknown): void;
  fail(challenge: unknown): void;
  error(error: unknown): void;
  redirect(location: string): void;
  pass(): void;
  authenticate(
    request: LibraryRequest,
    options: { extraAuthReqQueryParams?: Record<string, string>; response?: object },
  ): void;
  collectInfoFromReq(params: LibraryParams, request: LibraryRequest, next: Next, response: unknown): void;
  setOptions(params: LibraryParams, config: LibraryConfig, expectations: LibraryExpectations, done: Next): void;
  _getAccessTokenBySecretOrAssertion(
    code: string,
    config: LibraryConfig,
    next: Next,
    callback: (error: Error | null, tokens?: LibraryTokens) => void,
  ): void;
  _validateResponse(
    params: LibraryParams,
    expectations: LibraryExpectations,
    request: LibraryRequest,
    next: Next,
    callback: (claimsText: string, claims: Record<string, unknown>) => void,
  ): void;
  _errorResponseHandler(error: unknown, description: unknown, next: Next): void;
};

/** `OIDCStrategy` of passport-azure-ad with the types of what it really has. */
export const LibraryOidcStrategy = OIDCStrategy as unknown as new (
  options: LibraryOptions,
  verify: LibraryVerify,
) => LibraryStrategy;
