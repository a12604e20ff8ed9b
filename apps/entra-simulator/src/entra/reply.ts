import { createHash, randomBytes } from 'node:crypto';
import { spoilReply, type Reply } from '../faults/authorize.faults.js';
import { html } from '../http/html.js';
import { page, redirect, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { Simulation } from '../simulation.js';
import type { AuthorizeRequest, Return } from './authorize-request.js';
import { describe, type EntraError } from './errors.js';
import { makeIdToken, type SignedIn } from './id-token.js';

/** Sends a code for this sign-in back to the application. */
export async function replyWithCode(
  request: AuthorizeRequest,
  segment: string,
  signedIn: SignedIn,
  exchange: Exchange,
  simulation: Simulation,
): Promise<Answer> {
  const { clientId, redirectUri, scope, nonce, challenge } = request;
  const { user, authTime, sessionId, app } = signedIn;
  const grant = { clientId, redirectUri, scope, nonce, challenge, segment, authTime, sessionId };
  const code = simulation.codes.put(
    { ...grant, tenantId: user.tenantId, oid: user.oid, redeemed: false },
    simulation.settings.codeLifetimeSeconds,
  );
  exchange.tenantId = user.tenantId;
  const reply = await spoilReply([['code', code], ...state(request), ['session_state', sessionState(sessionId)]], {
    exchange,
    simulation,
    app: app.clientId,
    user: user.userPrincipalName,
    idToken: () => makeIdToken(signedIn, exchange, simulation),
  });
  return send(request, reply);
}

/** Sends a refusal back to the application. */
export function replyWithError(back: Return, error: EntraError, exchange: Exchange, simulation: Simulation): Answer {
  return send(back, [
    ['error', error.error],
    ...(error.sub ? [['error_subcode', error.sub] as [string, string]] : []),
    ['error_description', describe(error, exchange, new Date())],
    ['error_uri', `${simulation.origin}/error?code=${error.code}`],
    ...state(back),
  ]);
}

function state(back: Return): Reply {
  return back.state === undefined ? [] : [['state', back.state]];
}

function send({ redirectUri, responseMode }: Return, reply: Reply): Answer {
  if (responseMode === 'form_post') return postForm(redirectUri, reply);
  const parameters = new URLSearchParams(reply).toString();
  if (responseMode === 'fragment') return redirect(`${redirectUri}#${parameters}`);
  return redirect(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters}`);
}

/** A form that posts itself; without JavaScript the person presses the button. */
export function postForm(action: string, reply: Reply): Answer {
  const nonce = randomBytes(16).toString('base64');
  const fields = reply.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
  const body = html`<h1>Taking you back</h1>
    <form method="post" action="${action}">
      ${fields}
      <div class="actions"><button class="primary" type="submit">Continue</button></div>
    </form>
    <script nonce="${nonce}">
      document.forms[0].submit();
    </script>`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; frame-ancestors 'none'`;
  return page(200, frame('Working…', body), { 'content-security-policy': policy });
}

function sessionState(sessionId: string): string {
  return createHash('sha256').update(`session_state ${sessionId}`).digest('base64url');
}
