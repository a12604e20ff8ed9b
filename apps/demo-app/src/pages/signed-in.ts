import { type Claims, claimsOf, type Tokens } from '../openid.js';
import { claimsList } from './claims.js';
import { html, type Html } from './html.js';
import { layout } from './layout.js';
import { eventsScript } from './events-script.js';

type SignedIn = { tokens: Tokens; claims: Claims; userInfo: Claims | undefined; refreshed: number };

/** The person, the tokens, and the events as they arrive. */
export function signedInPage(nonce: string, { tokens, claims, userInfo, refreshed }: SignedIn): string {
  const accessClaims = claimsOf(tokens.accessToken);
  const body = html`${personCard(claims, tokens.refreshToken !== undefined, refreshed)}
    <div class="columns">
      <div>
        ${tokenCard('id-token', 'ID token', 'Who signed in, and what the company says about them.', claims, tokens.idToken)}
        ${tokenCard('access-token', 'Access token', 'What this app shows to APIs.', accessClaims, tokens.accessToken)}
        ${userInfo && tokenCard('userinfo', 'Userinfo', 'What the userinfo endpoint answers for the access token.', userInfo)}
      </div>
      <section class="card" id="events" aria-live="polite">
        <span class="live" id="live"><i></i><span>connecting …</span></span>
        <h2>Events</h2>
        <p class="soft">What Homerealm tells the rest of the platform about you, newest first.</p>
        <ol class="events" id="event-list"></ol>
      </section>
    </div>`;
  return layout('Signed in', nonce, body, eventsScript);
}

function personCard(claims: Claims, canRefresh: boolean, refreshed: number): Html {
  const name =
    text(claims['name']) ?? [claims['given_name'], claims['family_name']].map(text).filter(Boolean).join(' ');
  const email = text(claims['email']);
  const shown = name || email || claims.sub;
  return html`<section class="card person">
    ${portrait(text(claims['picture']), shown)}
    <div class="who">
      <h1 id="name">${shown}</h1>
      <span class="soft">${[email, claims.sub].filter(Boolean).join(' · ')}</span>
      ${through(claims['ext_provider'])}
      ${refreshed > 0 && html`<div class="soft" id="refreshed">Tokens refreshed: ${refreshed}</div>`}
    </div>
    ${canRefresh && html`<form method="post" action="/refresh"><button id="refresh">Refresh tokens</button></form>`}
    <form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>
  </section>`;
}

/** The connection that the person came by; nobody's who came by email. */
function through(provider: unknown): Html | undefined {
  const name = text((provider as { name?: unknown } | undefined)?.name);
  return name === undefined ? undefined : html`<div class="soft" id="through">Signed in through ${name}</div>`;
}

function portrait(picture: string | undefined, name: string): Html {
  if (picture && /^(https?:|data:image\/)/.test(picture)) return html`<img src="${picture}" alt="" />`;
  const initials = name
    .split(/[\s.@_-]+/)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? '')
    .join('');
  return html`<span class="initials" aria-hidden="true">${initials}</span>`;
}

function tokenCard(id: string, title: string, says: string, claims: Claims | undefined, raw?: string): Html {
  return html`<section class="card" id="${id}">
    <h2>${title}</h2>
    <p class="soft">${says}</p>
    ${claims ? claimsList(claims) : html`<p>This token is opaque: only the gateway can read it.</p>`}
    ${
      raw &&
      html`<details>
        <summary>As it travels</summary>
        <pre class="raw">${raw}</pre>
      </details>`
    }
  </section>`;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
