import { html } from '../http/html.js';
import { page, redirect, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { Simulation } from '../simulation.js';
import { signOut } from './sessions.js';
import { realmOf } from './tenant-segment.js';

/** `GET|POST /{tenant}/oauth2/v2.0/logout`: ends the browser's session; goes on only to an address some app registered. */
export function logout(exchange: Exchange, simulation: Simulation): Answer {
  const fields = exchange.method === 'POST' ? exchange.form : exchange.url.searchParams;
  exchange.tenantSegment = realmOf(exchange.path.tenant ?? '', simulation.directory).segment;
  const cookie = signOut(exchange, simulation);
  const wanted = fields.get('post_logout_redirect_uri');
  const apps = simulation.directory.listApps();
  const known = apps.some((app) => [...app.redirectUris, ...app.postLogoutRedirectUris].includes(wanted ?? ''));
  if (!wanted || !known) return signedOut(cookie);
  const target = new URL(wanted);
  const state = fields.get('state');
  if (state) target.searchParams.set('state', state);
  return redirect(target.href, { 'set-cookie': cookie });
}

function signedOut(cookie: string): Answer {
  const body = html`<h1>You signed out of your account</h1>
    <p class="soft">It’s a good idea to close all browser windows.</p>`;
  return page(200, frame('Signed out', body), { 'set-cookie': cookie });
}
