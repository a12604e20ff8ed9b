import type { Answer, Exchange } from '../http/exchange.js';
import { showProblem } from '../pages/problem-page.js';
import type { Simulation } from '../simulation.js';
import { completeSignIn } from './complete-sign-in.js';
import { EntraError } from './errors.js';
import { stepOf } from './login.js';
import { replyWithError } from './reply.js';
import { missingConsent, readScopes } from './scopes.js';
import { sessionOf } from './sessions.js';
import { requireUserIn } from './tenant-segment.js';

/** `POST /{tenant}/consent`: the person accepts or declines what the application asks for. */
export async function consent(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const ctx = exchange.form.get('ctx') ?? '';
  const pending = simulation.pending.get(ctx);
  const account = simulation.directory.findUser(pending?.accountOid ?? '');
  if (!pending || !account)
    return showProblem(exchange, 'This page is too old. Go back to the application and start again.');
  simulation.pending.drop(ctx);
  const step = stepOf(pending, exchange, simulation);
  try {
    const user = requireUserIn(step.realm, account, step.app, simulation.directory, simulation.origin);
    if (!sessionOf(exchange, simulation)?.accounts.has(account.oid)) throw new EntraError(50058);
    if (!exchange.form.has('accept')) throw new EntraError(65004);
    const asked = readScopes(step.request.scope, step.app, simulation.origin);
    if (missingConsent(asked, step.app, user, simulation.directory).needsAdmin) throw new EntraError(90094);
    const consents = simulation.directory.consentsOf(step.app.clientId, user.oid);
    [...asked.oidc, ...asked.graph].forEach((scope) => consents.add(scope));
    return await completeSignIn({ ...step, consented: true }, account);
  } catch (error) {
    if (error instanceof EntraError) return replyWithError(step.request, error, exchange, simulation);
    throw error;
  }
}
