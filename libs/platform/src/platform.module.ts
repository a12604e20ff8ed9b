import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock, SystemClock } from './clock.js';
import { Ids } from './ids.js';
import { ManagementGuard, ManagementTokens, type OperatorAccess } from './management-tokens.js';
import type { OperatorTokenCheck } from './operator-callers.js';
import { Readiness } from './readiness.js';
import type { ServiceSettings } from './service-settings.js';

/** Service defaults that use cases and edges ask for: clock, ids, readiness, the check of management tokens. */
@Global()
@Module({})
export class PlatformModule {
  /** @param tokens verifies what the operator's own tenant issues; without it only our own tokens are taken */
  static for(settings: ServiceSettings, tokens?: OperatorTokenCheck): DynamicModule {
    const jwksUrl = settings.ISSUER_JWKS_URL ?? `${settings.ISSUER}/.well-known/jwks.json`;
    const operators: OperatorAccess | undefined = tokens && { tokens, roles: settings.OPERATOR_ROLES ?? new Map() };
    const providers = [
      { provide: Clock, useClass: SystemClock },
      Ids,
      Readiness,
      ManagementGuard,
      { provide: ManagementTokens, useValue: new ManagementTokens(settings.ISSUER, jwksUrl, operators) },
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}
