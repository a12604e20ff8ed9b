import type { App, User } from '../directory/model.js';
import { silently } from '../entra/authorize.js';
import { requireAssignment } from '../entra/complete-sign-in.js';
import { describe, EntraError } from '../entra/errors.js';
import { identify } from '../entra/identify.js';
import { pendingSeconds } from '../entra/pending.js';
import { postForm } from '../entra/reply.js';
import type { Session } from '../entra/session.js';
import { sessionOf, signedInAccounts, signIn } from '../entra/sessions.js';
import { isCorrectable, showSignIn } from '../entra/sign-in-page.js';
import { requireAppIn, requireUserIn, type Realm } from '../entra/tenant-segment.js';
import { applyAssertionFaults } from '../faults/assertion.faults.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { draftAnswer, issuerOf } from './draft.js';
import type { FederatedRequest, PendingFederation } from './request.js';
import { writeAnswer, writeRefusal } from './write-answer.js';

export type FederatedStep = {
  request: FederatedRequest;
  realm: Realm;
  app: App;
  exchange: Exchange;
  simulation: Simulation;
  session?: Session;
  cookie?: string;
};

/** Signs in who can be signed in without a page, else shows the one that OpenID sign-ins see. */
export async function proceedFederated(step: FederatedStep): Promise<Answer> {
  const { request, exchange, simulation } = step;
  const typed = request.loginHint;
  const hinted = typed ? simulation.directory.findAccount(typed) : undefined;
  try {
    if (simulation.settings.autoSignIn && hinted && !request.passive)
      return await complete(signedIn(step, hinted), hinted);
    const account = silently(request, hinted, signedInAccounts(exchange, simulation), simulation);
    if (account) return await complete(step, account);
  } catch (error) {
    if (error instanceof EntraError && isCorrectable(error) && !request.passive) return showPage(step, typed, error);
    throw error;
  }
  if (request.passive) return refuse(step, 'noPassive', new EntraError(50058));
  return showPage(step, typed);
}

function showPage(step: FederatedStep, typed?: string, error?: EntraError): Answer {
  const ctx = step.simulation.federated.put({ request: step.request, realm: step.realm }, pendingSeconds);
  return showSignIn({ ...step, ctx, typed, error });
}

/** The sign-in page's form, of a sign-in that began at one of these doors. */
export async function loginFederated(
  { request, realm }: PendingFederation,
  ctx: string,
  exchange: Exchange,
  simulation: Simulation,
): Promise<Answer> {
  exchange.clientId = request.clientId;
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  const app = requireAppIn(realm, request.clientId, simulation.directory);
  const step: FederatedStep = { request, realm, app, exchange, simulation };
  if (exchange.form.has('cancel')) return refuse(step, 'authnFailed', new EntraError(65004));
  const typed = exchange.form.get('loginfmt') ?? '';
  try {
    const account = identify(step, typed);
    const answer = await complete(signedIn(step, account), account);
    simulation.federated.drop(ctx);
    return answer;
  } catch (error) {
    if (!(error instanceof EntraError) || !isCorrectable(error)) throw error;
    return showSignIn({ ...step, ctx, typed, error });
  }
}

function signedIn(step: FederatedStep, account: User): FederatedStep {
  if (!account.enabled) throw new EntraError(50057);
  return { ...step, ...signIn(account, step.exchange, step.simulation) };
}

/** The tenant's rules, and then the assertion goes back by a form. @throws EntraError as OpenID sign-ins do */
async function complete(step: FederatedStep, account: User): Promise<Answer> {
  const { request, realm, app, exchange, simulation } = step;
  const user = requireUserIn(realm, account, app, simulation.directory, simulation.origin);
  if (!user.enabled || !account.enabled) throw new EntraError(50057);
  requireAssignment(app, user);
  exchange.tenantId = user.tenantId;
  const session = step.session ?? sessionOf(exchange, simulation);
  const authTime = session?.accounts.get(account.oid) ?? simulation.now();
  const draft = draftAnswer({ request, app, user, authTime }, simulation);
  applyAssertionFaults(draft, exchange, simulation);
  simulation.lastAssertions.set(app.clientId, draft.id);
  session?.apps.set(`${request.door} ${app.clientId}`, {
    ...{ request, tenantId: user.tenantId, sessionIndex: draft.id },
    ...{ nameId: draft.nameId.value, nameIdFormat: draft.nameId.format },
  });
  const answer = post(request, await writeAnswer(draft, app, simulation), draft.context);
  return step.cookie ? { ...answer, headers: { ...answer.headers, 'set-cookie': step.cookie } } : answer;
}

function post({ door, replyUrl }: FederatedRequest, text: string, context: string | undefined): Answer {
  if (door === 'wsfed') {
    const wctx: [string, string][] = context === undefined ? [] : [['wctx', context]];
    return postForm(replyUrl, [['wa', 'wsignin1.0'], ['wresult', text], ...wctx]);
  }
  const relay: [string, string][] = context === undefined ? [] : [['RelayState', context]];
  return postForm(replyUrl, [['SAMLResponse', Buffer.from(text).toString('base64')], ...relay]);
}

/** SAML tells the application; WS-Federation has no words for it, so a page tells the person. */
function refuse(step: FederatedStep, code: 'noPassive' | 'authnFailed', error: EntraError): Answer {
  const { request, realm, exchange, simulation } = step;
  if (request.door === 'wsfed') throw error;
  const envelope = {
    destination: request.replyUrl,
    envelopeInResponseTo: request.requestId,
    issuedAt: simulation.now(),
    issuer: issuerOf(request.voice, realm.tenant?.id ?? '', simulation.origin),
  };
  return post(request, writeRefusal(envelope, code, describe(error, exchange, new Date())), request.context);
}
