import { managementAudience } from '@homerealm/contracts';
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Applications } from '../../use-cases/applications.port.js';
import type { TokenClock } from '../../use-cases/token-clock.port.js';
import type { TokenSigner } from '../../use-cases/token-signer.port.js';

export type ManagementTokenIssuer = {
  issuer: string;
  lifetimeSeconds: number;
  applications: Applications;
  signer: TokenSigner;
  clock: TokenClock;
};

/**
 * `client_credentials`: tokens for the management APIs, with the scopes the application was granted. No scope asked
 * means all of them; no `resource` means the management APIs, and there is no other.
 */
export function useManagementTokens(provider: Provider, tokens: ManagementTokenIssuer): void {
  provider.registerGrantType('client_credentials', async (ctx) => grant(ctx, tokens), ['scope', 'resource']);
}

async function grant(ctx: KoaContextWithOIDC, tokens: ManagementTokenIssuer): Promise<void> {
  const { scope, resource } = ctx.oidc.params as { scope?: string; resource?: string };
  if (resource !== undefined && resource !== managementAudience) throw new errors.InvalidTarget();
  const clientId = ctx.oidc.client?.clientId ?? '';
  const granted: readonly string[] = (await tokens.applications.find(clientId))?.scopes ?? [];
  const asked = scope?.split(' ').filter((word) => word !== '') ?? [];
  const refused = asked.find((word) => !granted.includes(word));
  if (refused !== undefined) throw new errors.InvalidScope('requested scope was not granted', refused);
  if (granted.length === 0) throw new errors.InvalidScope('this application was granted no scope', '');
  const scopes = (asked.length > 0 ? [...new Set(asked)] : granted).join(' ');
  ctx.body = {
    access_token: mint(clientId, scopes, tokens),
    token_type: 'Bearer',
    expires_in: tokens.lifetimeSeconds,
    scope: scopes,
  };
}

function mint(
  clientId: string,
  scope: string,
  { issuer, lifetimeSeconds, signer, clock }: ManagementTokenIssuer,
): string {
  const iat = clock.nowSeconds();
  const standard = { iss: issuer, aud: managementAudience, sub: clientId, client_id: clientId, scope };
  return signer.jwt('at+jwt', { ...standard, jti: clock.newTokenId(), iat, exp: iat + lifetimeSeconds });
}
