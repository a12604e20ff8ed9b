import { createHash } from 'node:crypto';
import type { App } from '../directory/model.js';
import type { Simulation } from '../simulation.js';
import { need } from './authorize-request.js';
import { EntraError } from './errors.js';
import type { Grant, RefreshGrant } from './grants.js';
import type { Realm } from './tenant-segment.js';

/**
 * Takes an authorization code, once.
 * @throws EntraError 9002313, 70000, 700005, 70008, 54005, 500112, 501481
 */
export function redeemCode(form: URLSearchParams, app: App, realm: Realm, { codes }: Simulation): Grant {
  const found = codes.look(need(form, 'code'));
  if (!found) throw new EntraError(9002313, { reason: 'this authorization code was never issued' });
  const { value: grant, expired } = found;
  if (grant.clientId !== app.clientId)
    throw new EntraError(70000, { reason: 'the code was issued to another application' });
  requireSameTenant(grant.tenantId, grant.segment, realm);
  if (expired) throw new EntraError(70008);
  if (grant.redeemed) throw new EntraError(54005);
  if (need(form, 'redirect_uri') !== grant.redirectUri) throw new EntraError(500112);
  if (!provesPossession(grant.challenge, form.get('code_verifier'))) throw new EntraError(501481);
  grant.redeemed = true;
  return grant;
}

/** @throws EntraError 9002313, 70000, 700005, 70008 */
export function redeemRefreshToken(
  form: URLSearchParams,
  app: App,
  realm: Realm,
  { refreshTokens }: Simulation,
): RefreshGrant {
  const found = refreshTokens.look(need(form, 'refresh_token'));
  if (!found) throw new EntraError(9002313, { reason: 'this refresh token was never issued' });
  const { value: grant, expired } = found;
  if (grant.clientId !== app.clientId)
    throw new EntraError(70000, { reason: 'the token was issued to another application' });
  if (expired) throw new EntraError(70008);
  requireSameTenant(grant.tenantId, grant.tenantId, realm);
  return grant;
}

/** A grant is good at the tenant that made it, and at the shared endpoints. */
function requireSameTenant(tenantId: string, segment: string, realm: Realm): void {
  const fits = realm.tenant === undefined || realm.tenant.id === tenantId || realm.segment === segment;
  if (!fits) throw new EntraError(700005, { tenant: tenantId });
}

/** RFC 7636 §4.6. A verifier for a code that had no challenge is refused as well. */
function provesPossession(challenge: Grant['challenge'], verifier: string | null): boolean {
  if (!challenge) return verifier === null;
  if (!verifier) return false;
  const made = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return made === challenge.value;
}
