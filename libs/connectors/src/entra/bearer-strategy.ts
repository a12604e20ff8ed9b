import { BearerStrategy } from 'passport-azure-ad';

/** The request as passport-azure-ad reads it: the header, and nothing else it could take a token from. */
export type BearerRequest = { headers: { authorization: string }; query: Record<string, never>; body: undefined };

/** The parts of passport-azure-ad's `Metadata` that the bearer strategy uses once a document is loaded. */
export type BearerMetadata = {
  oidc: { algorithms: string[]; issuer: string };
  /** The library hands the result to node:crypto, which takes a key object as well as a PEM text. */
  generateOidcPEM(kid: string): unknown;
};

export type BearerOptions = {
  identityMetadata: string;
  clientID: string;
  audience: string[];
  issuer: string[];
  validateIssuer: true;
  allowMultiAudiencesInToken: false;
  passReqToCallback: false;
  clockSkew: number;
  loggingLevel: number;
  loggingNoPII: true;
};

/** Called by the library with the claims. Must not throw: nobody would catch. */
export type BearerVerify = (
  claims: Record<string, unknown>,
  done: (error: Error | null, user: Record<string, unknown>) => void,
) => void;

/** The methods of `BearerStrategy` that are its real seams; its published types leave them out. */
export type LibraryBearer = {
  success(user: unknown): void;
  fail(challenge: unknown): void;
  error(error: unknown): void;
  pass(): void;
  authenticate(request: BearerRequest, options: object): void;
  loadMetadata(params: unknown, next: (error: Error | null, metadata?: BearerMetadata) => void): void;
};

/** `BearerStrategy` of passport-azure-ad with the types of what it really has. */
export const LibraryBearerStrategy = BearerStrategy as unknown as new (
  options: BearerOptions,
  verify: BearerVerify,
) => LibraryBearer;
