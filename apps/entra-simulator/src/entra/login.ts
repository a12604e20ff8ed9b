import { loginFederated } from '../federation/sign-in.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { completeSignIn, type Step } from './complete-sign-in.js';
import { EntraError } from './errors.js';
import { identify } from './identify.js';
import type { PendingSignIn } from './pending.js';
import { replyWithError } from './reply.js';
import { signIn } from './sessions.js';
import { isCorrectable, showSignIn } from './sign-in-page.js';
import { realmOf, requireAppIn } from './tenant-segment.js';
import { showProblem } from '../pages/problem-page.js';

/** `POST /{tenant}/login`: the sign-in page's form. */
export async function login(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const { form } = exchange;
  const ctx = form.get('ctx') ?? '';
  const federated = simulation.federated.get(ctx);
  if (federated) return loginFederated(federated, ctx, exchange, simulation);
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

function cancelled({ request, exchange, simulation }: Step): Answer {
  return replyWithError(request, new EntraError(65004, {}, { sub: 'cancel' }), exchange, simulation);
}
