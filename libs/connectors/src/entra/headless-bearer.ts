import type { KeyObject } from 'node:crypto';
import { LibraryBearerStrategy, type BearerMetadata, type BearerVerify } from './bearer-strategy.js';
import { clockSkew } from './check-id-token.js';

export type BearerSettings = { metadataUrl: string; audiences: readonly string[]; issuers: readonly string[] };

/** Above bunyan's `fatal`: the library's own log lines are of no use to anybody. */
const silent = 61;

const verify: BearerVerify = (claims, done) => done(null, claims);

/**
 * passport-azure-ad's `BearerStrategy` without passport, as the second opinion on an access token that our own check
 * has let pass: one object per run, the token from the header only, metadata and key of our own reading, so that it
 * opens no socket, caches nothing and cannot be fed by the token.
 */
export class HeadlessBearer extends LibraryBearerStrategy {
  private metadata?: BearerMetadata;

  constructor({ metadataUrl, audiences, issuers }: BearerSettings) {
    super(
      {
        identityMetadata: metadataUrl,
        clientID: audiences[0] ?? '',
        // As lists, because the library adds the form `spn:<audience>` to a text and takes any issuer of the document.
        audience: [...audiences],
        issuer: [...issuers],
        validateIssuer: true,
        allowMultiAudiencesInToken: false,
        passReqToCallback: false,
        clockSkew,
        loggingLevel: silent,
        loggingNoPII: true,
      },
      verify,
    );
  }

  /** Whether the library takes the token too. Resolves whatever happens. */
  accepts(compact: string, verifier: KeyObject): Promise<boolean> {
    return new Promise((resolve) => {
      const run = Object.create(this) as this;
      const issuer = '';
      run.metadata = { oidc: { algorithms: ['RS256'], issuer }, generateOidcPEM: () => verifier };
      run.success = () => resolve(true);
      run.fail = () => resolve(false);
      run.error = () => resolve(false);
      run.pass = () => resolve(false);
      try {
        run.authenticate({ headers: { authorization: `Bearer ${compact}` }, query: {}, body: undefined }, {});
      } catch {
        resolve(false);
      }
    });
  }

  override loadMetadata(_params: unknown, next: (error: Error | null, metadata?: BearerMetadata) => void): void {
    if (this.metadata) next(null, this.metadata);
    else next(new Error('a run brings its own metadata'));
  }
}
