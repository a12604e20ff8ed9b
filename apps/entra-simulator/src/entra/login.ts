import type { User } from '../directory/model.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { completeSignIn, type Step } from './complete-sign-in.js';
import { EntraError } from './errors.js';
import type { PendingSignIn } from './pending.js';
import { replyWithError } from './reply.js';
import { signIn, signedInAccounts } from './sessions.js';
import { isCorrectable, showSignIn } from './sign-in-page.js';
import { realmOf, requireAppIn } from './tenant-segment.js';
import { showProblem } from '../pages/problem-page.js';

/** `POST /{tenant}/login`: the sign-in page's form. */
export async function login(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const { form } = exchange;
  const ctx = form.get('ctx') ?? '';
  const pending = simulation.pending.get(ctx);
  if (!pending)
    return showProblem(exchange, 'This sign-in page is too old. Go back to the application and start again.');
  const step = stepOf(pending, exchange, simulation);
  if (form.has('cancel')) return cancelled(step);
  const typed = form.get('loginfmt') ?? '';
  try {
    const account = identify(step, typed);
    const { session, cookie } = signIn(account, exchange, simulation);
    const answer = await completeSignIn({ ...step, session, cookie }, account);
    simulation.pending.drop(ctx);
    return answer;
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    if (isCorrectable(error)) return showSignIn({ ...step, ctx, typed, error });
    return replyWithError(step.request, error, exchange, simulation);
  }
}

/** What was known when the page was shown. */
export function stepOf({ request, segment }: PendingSignIn, exchange: Exchange, simulation: Simulation): Step {
  exchange.clientId = request.clientId;
  exchange.tenantSegment = segment;
  const realm = realmOf(segment, simulation.directory);
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  const app = requireAppIn(realm, request.clientId, simulation.directory);
  return { request, realm, app, exchange, simulation };
}

/** By a tile of an account that is signed in already, or by name and password. */
function identify({ exchange, simulation, realm }: Step, typed: string): User {
  const tile = exchange.form.get('account');
  const picked = tile && signedInAccounts(exchange, simulation).find((user) => user.oid === tile);
  if (picked) return picked;
  const account = simulation.directory.findAccount(typed);
  if (!account) throw new EntraError(50034, { user: typed, tenant: realm.tenant?.displayName ?? realm.segment });
  if (account.password !== exchange.form.get('passwd')) throw new EntraError(50126);
  if (!account.enabled) throw new EntraError(50057);
  return account;
}

function cancelled({ request, exchange, simulation }: Step): Answer {
  return replyWithError(request, new EntraError(65004, {}, { sub: 'cancel' }), exchange, simulation);
}
