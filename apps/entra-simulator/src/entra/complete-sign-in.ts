import type { App, User } from '../directory/model.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { AuthorizeRequest } from './authorize-request.js';
import { showAdminConsentNeeded, showConsent } from './consent-page.js';
import { EntraError } from './errors.js';
import { pendingSeconds } from './pending.js';
import { replyWithCode } from './reply.js';
import { missingConsent, readScopes } from './scopes.js';
import type { Session } from './session.js';
import { sessionOf } from './sessions.js';
import { requireUserIn, type Realm } from './tenant-segment.js';

/** Everything known on the way through a sign-in. */
export type Step = {
  request: AuthorizeRequest;
  realm: Realm;
  app: App;
  exchange: Exchange;
  simulation: Simulation;
  session?: Session;
  /** To be set on the answer. */
  cookie?: string;
  /** The person has just consented. */
  consented?: boolean;
};

/**
 * An account that is known to be signed in goes through the tenant's rules, and then a code goes back.
 * @throws EntraError 50057, 50020, 50034, 50105, 65001, 90094
 */
export async function completeSignIn(step: Step, account: User): Promise<Answer> {
  const { request, realm, app, exchange, simulation } = step;
  const user = requireUserIn(realm, account, app, simulation.directory, simulation.origin);
  if (!user.enabled || !account.enabled) throw new EntraError(50057);
  requireAssignment(app, user);
  const asked = consentNeeded(step, user);
  if (asked) return withCookie(askConsent(step, account, asked), step);

  const session = step.session ?? sessionOf(exchange, simulation);
  const signedIn = {
    app,
    user,
    scopes: readScopes(request.scope, app, simulation.origin).oidc,
    nonce: request.nonce,
    authTime: session?.accounts.get(account.oid) ?? simulation.now(),
    sessionId: session?.id ?? '',
  };
  return withCookie(await replyWithCode(request, realm.segment, signedIn, exchange, simulation), step);
}

/** @throws EntraError 50105 */
export function requireAssignment(app: App, user: User): void {
  if (!app.assignmentRequired) return;
  const assigned = app.assignedUsers.includes(user.oid) || user.oid in app.roles;
  if (!assigned) throw new EntraError(50105, { app: app.clientId, user: user.userPrincipalName });
}

/** The permissions to ask for, or undefined when nobody has to be asked. */
function consentNeeded({ request, app, simulation, consented }: Step, user: User) {
  const asked = readScopes(request.scope, app, simulation.origin);
  const { missing, needsAdmin } = missingConsent(asked, app, user, simulation.directory);
  const forced = request.prompt === 'consent' && !consented;
  if (missing.length === 0 && !forced) return undefined;
  if (request.prompt === 'none') throw new EntraError(65001, { app: app.clientId });
  return { scopes: missing.length > 0 ? missing : [...asked.oidc, ...asked.graph], needsAdmin };
}

function askConsent(step: Step, account: User, asked: { scopes: string[]; needsAdmin: boolean }): Answer {
  const { request, realm, app, simulation } = step;
  const ctx = simulation.pending.put({ request, segment: realm.segment, accountOid: account.oid }, pendingSeconds);
  const about = { app, user: account, segment: realm.segment, ctx, scopes: asked.scopes };
  return asked.needsAdmin ? showAdminConsentNeeded(about) : showConsent(about);
}

function withCookie(answer: Answer, { cookie }: Step): Answer {
  return cookie ? { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } } : answer;
}
