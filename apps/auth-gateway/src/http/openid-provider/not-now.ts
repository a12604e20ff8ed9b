import { Logger } from '@nestjs/common';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

const logger = new Logger('OpenIdProvider');

/**
 * Tokens are refused for the moment: news of the user could not be taken in. The code or refresh token stays good, so
 * that the application can come again.
 */
export class NotNow extends errors.OIDCProviderError {
  constructor(ctx: KoaContextWithOIDC) {
    super(503, 'temporarily_unavailable');
    Object.assign(this, { error_description: 'try again later', expose: true });
    ctx.set('retry-after', '5');
    logger.warn(
      'tokens were refused: an event of the user, organization or connection is parked or missing; see the parked events of this service',
    );
  }
}
