import { createSign, randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { App } from '../directory/model.js';
import type { Participant } from '../entra/session.js';
import { sessionOf, signOut } from '../entra/sessions.js';
import type { Realm } from '../entra/tenant-segment.js';
import { html } from '../http/html.js';
import { page, redirect, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { Simulation } from '../simulation.js';
import { issuerOf } from './draft.js';
import { ns, statusCodes } from './names.js';
import type { Signer } from './sign-xml.js';
import type { FederatedRequest } from './request.js';
import { stamp, xml, type Xml } from './xml.js';

/** Ends the browser's session, tells the applications in frames, and then goes on to an address some app registered. */
export async function endSession(
  exchange: Exchange,
  simulation: Simulation,
  { wanted, state }: { wanted: string | null; state?: string },
): Promise<Answer> {
  const calls = await callsToApps(exchange, simulation);
  const cookie = signOut(exchange, simulation);
  const next = wanted && isKnown(wanted, simulation) ? withQuery(wanted, state ? { state } : {}) : undefined;
  if (next && calls.length === 0) return redirect(next, { 'set-cookie': cookie });
  return showSignedOut(calls, next, cookie);
}

function isKnown(address: string, { directory }: Simulation): boolean {
  const apps = directory.listApps();
  return apps.some(({ redirectUris, postLogoutRedirectUris, samlReplyUrls, logoutUrl }) =>
    [...redirectUris, ...postLogoutRedirectUris, ...samlReplyUrls, logoutUrl].includes(address),
  );
}

/** The page that Entra shows: each application is called in a frame of its own. */
export function showSignedOut(calls: string[], next?: string, cookie?: string): Answer {
  const frames = calls.map((url) => html`<iframe src="${url}" title="Signing out" hidden></iframe>`);
  const body = html`<h1>You signed out of your account</h1>
    <p class="soft">It’s a good idea to close all browser windows.</p>
    ${frames}
    ${
      next !== undefined &&
      html`<meta http-equiv="refresh" content="1;url=${next}" />
        <p><a href="${next}">Go on</a></p>`
    }`;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; frame-src ${calls.map((url) => new URL(url).origin).join(' ') || "'none'"}`;
  return page(200, frame('Signed out', body), {
    'content-security-policy': policy,
    ...(cookie ? { 'set-cookie': cookie } : {}),
  });
}

/** What every application that somebody is signed in to is called with, by its own protocol. */
async function callsToApps(exchange: Exchange, simulation: Simulation, except?: string): Promise<string[]> {
  const participants = [...(sessionOf(exchange, simulation)?.apps.entries() ?? [])];
  const calls = participants.map(async ([key, participant]) => {
    const app = simulation.directory.findApp(participant.request.clientId);
    return !app || key === except ? [] : callTo(app, participant, simulation);
  });
  return (await Promise.all(calls)).flat();
}

async function callTo(app: App, participant: Participant, simulation: Simulation): Promise<string[]> {
  const { request } = participant;
  if (request.door === 'wsfed') return [withQuery(app.logoutUrl ?? request.replyUrl, { wa: 'wsignoutcleanup1.0' })];
  if (!app.logoutUrl) return [];
  return [
    await signedRedirect(
      app,
      simulation,
      app.logoutUrl,
      'SAMLRequest',
      logoutRequest(participant, app.logoutUrl, simulation),
    ),
  ];
}

function logoutRequest({ request, tenantId, ...who }: Participant, destination: string, simulation: Simulation): Xml {
  return xml`
    <samlp:LogoutRequest xmlns:samlp="${ns.protocol}" ID="_${randomUUID()}" Version="2.0" IssueInstant="${stamp(simulation.now())}" Destination="${destination}">
      <Issuer xmlns="${ns.assertion20}">${issuerOf(request.voice, tenantId, simulation.origin)}</Issuer>
      <NameID xmlns="${ns.assertion20}" Format="${who.nameIdFormat}">${who.nameId}</NameID>
      <samlp:SessionIndex>${who.sessionIndex}</samlp:SessionIndex>
    </samlp:LogoutRequest>`;
}

type Asked = {
  app: App;
  realm: Realm;
  voice: FederatedRequest['voice'];
  requestId: string;
  context: string | undefined;
  exchange: Exchange;
  simulation: Simulation;
};

/** A sign-out that an application asks for: the others are told, and it gets its answer. */
export async function answerSignOut(asked: Asked): Promise<Answer> {
  const { app, realm, voice, requestId, context, exchange, simulation } = asked;
  const own = `saml ${app.clientId}`;
  const tenantId = sessionOf(exchange, simulation)?.apps.get(own)?.tenantId ?? realm.tenant?.id ?? '';
  const calls = await callsToApps(exchange, simulation, own);
  const cookie = signOut(exchange, simulation);
  if (!app.logoutUrl) return showSignedOut(calls, undefined, cookie);
  const response = xml`
    <samlp:LogoutResponse xmlns:samlp="${ns.protocol}" ID="_${randomUUID()}" Version="2.0" IssueInstant="${stamp(simulation.now())}" Destination="${app.logoutUrl}" InResponseTo="${requestId}">
      <Issuer xmlns="${ns.assertion20}">${issuerOf(voice, tenantId, simulation.origin)}</Issuer>
      <samlp:Status><samlp:StatusCode Value="${simulation.faults.take('saml-sign-out-refused', exchange) ? statusCodes.responder : statusCodes.success}"/></samlp:Status>
    </samlp:LogoutResponse>`;
  const next = await signedRedirect(app, simulation, app.logoutUrl, 'SAMLResponse', response, context);
  return calls.length === 0 ? redirect(next, { 'set-cookie': cookie }) : showSignedOut(calls, next, cookie);
}

/** SAML's redirect binding: deflated, and the query signed as it stands. */
async function signedRedirect(
  app: App,
  { certificates }: Simulation,
  address: string,
  field: 'SAMLRequest' | 'SAMLResponse',
  message: Xml,
  context?: string,
): Promise<string> {
  const [signer]: Signer[] = await certificates.of(app);
  const fields = {
    [field]: deflateRawSync(Buffer.from(message.xml)).toString('base64'),
    ...(context === undefined ? {} : { RelayState: context }),
    SigAlg: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  };
  const query = Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const signature = createSign('sha256')
    .update(query)
    .sign(signer?.privateKey ?? certificates.stranger().privateKey, 'base64');
  return `${address}${address.includes('?') ? '&' : '?'}${query}&Signature=${encodeURIComponent(signature)}`;
}

function withQuery(address: string, fields: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}
