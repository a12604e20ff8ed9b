import type { User } from '../directory/model.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { readAuthorizeRequest, readReturn, type AuthorizeRequest } from './authorize-request.js';
import { EntraError } from './errors.js';
import { completeSignIn, type Step } from './complete-sign-in.js';
import { pendingSeconds } from './pending.js';
import { replyWithError } from './reply.js';
import { signIn, signedInAccounts } from './sessions.js';
import { isCorrectable, showSignIn } from './sign-in-page.js';
import { realmOf } from './tenant-segment.js';

/**
 * `GET|POST /{tenant}/oauth2/v2.0/authorize`. A wrong client or redirect URI ends on a page; everything after goes
 * back to the application.
 */
export async function authorize(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const { directory, origin } = simulation;
  const fields = exchange.method === 'POST' ? exchange.form : exchange.url.searchParams;
  exchange.clientId = fields.get('client_id') ?? '';
  const realm = realmOf(exchange.path.tenant ?? '', directory);
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  const { app, back } = readReturn(fields, realm, directory);
  try {
    const request = readAuthorizeRequest(fields, back, app, origin);
    return await proceed({ request, realm, app, exchange, simulation });
  } catch (error) {
    if (error instanceof EntraError) return replyWithError(back, error, exchange, simulation);
    throw error;
  }
}

/** Signs in who can be signed in without a page, else shows one. */
async function proceed(step: Step): Promise<Answer> {
  const { request, exchange, simulation } = step;
  const interactive = request.prompt !== 'none';
  const typed = request.loginHint;
  const hinted = typed ? simulation.directory.findAccount(typed) : undefined;
  try {
    if (simulation.settings.autoSignIn && typed && interactive) return await follow(step, typed, hinted);
    const account = silently(request, hinted, signedInAccounts(exchange, simulation), simulation);
    if (account) return await completeSignIn(step, account);
  } catch (error) {
    if (error instanceof EntraError && interactive && isCorrectable(error)) return showSignInFor(step, typed, error);
    throw error;
  }
  if (!interactive) throw new EntraError(50058);
  return showSignInFor(step, typed);
}

function showSignInFor(step: Step, typed?: string, error?: EntraError): Answer {
  const ctx = step.simulation.pending.put({ request: step.request, segment: step.realm.segment }, pendingSeconds);
  return showSignIn({ ...step, ctx, typed, error });
}

/** `autoSignIn`: as if the person had typed the right password. */
async function follow(step: Step, typed: string, account: User | undefined): Promise<Answer> {
  if (!account)
    throw new EntraError(50034, { user: typed, tenant: step.realm.tenant?.displayName ?? step.realm.segment });
  if (!account.enabled) throw new EntraError(50057);
  const { session, cookie } = signIn(account, step.exchange, step.simulation);
  return completeSignIn({ ...step, session, cookie }, account);
}

/** The account that single sign-on picks: the hinted one if it is signed in, or the only one there is. */
export function silently(
  { prompt, loginHint, domainHint }: Pick<AuthorizeRequest, 'prompt' | 'loginHint' | 'domainHint'>,
  hinted: User | undefined,
  signedIn: User[],
  { directory }: Simulation,
): User | undefined {
  if (prompt === 'login' || prompt === 'select_account') return undefined;
  const tenant = domainHint?.includes('.') ? directory.findTenant(domainHint) : undefined;
  const fitting = tenant ? signedIn.filter((user) => user.tenantId === tenant.id) : signedIn;
  if (loginHint) return fitting.find((user) => user.oid === hinted?.oid);
  return fitting.length === 1 ? fitting[0] : undefined;
}
