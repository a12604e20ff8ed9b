import type { KoaContextWithOIDC } from 'oidc-provider';
import { type SignOutAsked, UnitOfWork } from './unit-of-work.js';

/** What the library keeps in a session between the question whether to sign out and its answer. */
type Asked = { clientId?: string; postLogoutRedirectUri?: string };

/** Somebody's session ends because they asked for it: told with the end of it, and known to what comes after. */
export function rememberSignOut({ oidc }: KoaContextWithOIDC): void {
  const { session, params, client } = oidc;
  const userId = session?.accountId;
  if (session === undefined || userId === undefined || params?.['logout'] === undefined) return;
  const unit = UnitOfWork.required();
  unit.happened.push({ userId, applicationId: client?.clientId ?? null, reason: 'requested' });
  const facts = unit.sessionFactsOf(userId);
  if (facts !== undefined) unit.signOutAsked = { facts, back: registeredOf(session) };
}

/** The library has compared the address with those that the application has registered. */
function registeredOf(session: object): SignOutAsked['back'] {
  const { clientId, postLogoutRedirectUri } = (session as { state?: Asked }).state ?? {};
  if (clientId === undefined || postLogoutRedirectUri === undefined) return null;
  return { applicationId: clientId, registeredUri: postLogoutRedirectUri };
}
