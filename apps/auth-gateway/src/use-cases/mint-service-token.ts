import { managementAudience, type ManagementScope } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Issuer } from './issuer.js';
import { ServiceTokens } from './service-tokens.port.js';
import { TokenClock } from './token-clock.port.js';
import { TokenSigner } from './token-signer.port.js';

const lifetimeSeconds = 300;
/** A token is not used in its last minute, so that it is still good when it arrives. */
const marginSeconds = 60;

/** The gateway's own calls to other services: tokens signed by our own provider, kept until shortly before they end. */
@Injectable()
export class MintServiceToken extends ServiceTokens {
  private readonly kept = new Map<ManagementScope, { token: string; usableUntil: number }>();

  constructor(
    private readonly signer: TokenSigner,
    private readonly clock: TokenClock,
    private readonly issuer: Issuer,
  ) {
    super();
  }

  async tokenFor(scope: ManagementScope): Promise<string> {
    const now = this.clock.nowSeconds();
    const kept = this.kept.get(scope);
    if (kept !== undefined && now < kept.usableUntil) return kept.token;
    const token = this.signer.jwt('at+jwt', this.payload(scope, now));
    this.kept.set(scope, { token, usableUntil: now + lifetimeSeconds - marginSeconds });
    return token;
  }

  private payload(scope: ManagementScope, now: number): Record<string, unknown> {
    const sub = 'auth-gateway';
    const claims = { iss: this.issuer.url, aud: managementAudience, sub, client_id: sub, scope };
    return { ...claims, jti: this.clock.newTokenId(), iat: now, exp: now + lifetimeSeconds };
  }
}
