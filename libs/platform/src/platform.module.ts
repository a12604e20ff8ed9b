import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from './clock.js';
import { Ids } from './ids.js';
import { ManagementGuard, ManagementTokens } from './management-tokens.js';
import { Readiness } from './readiness.js';
import type { ServiceSettings } from './service-settings.js';

/** Service defaults that use cases and edges ask for: clock, ids, readiness, the check of management tokens. */
@Global()
@Module({})
export class PlatformModule {
  static for(settings: ServiceSettings): DynamicModule {
    const jwksUrl = settings.ISSUER_JWKS_URL ?? `${settings.ISSUER}/.well-known/jwks.json`;
    const providers = [
      { provide: Clock, useClass: SystemClock },
      Ids,
      Readiness,
      ManagementGuard,
      { provide: ManagementTokens, useValue: new ManagementTokens(settings.ISSUER, jwksUrl) },
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}
