import { html, type Html } from '../http/html.js';
import { page, type Answer } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { SocialPerson, SocialProvider } from './model.js';

/** Who is it? One press is enough: these accounts have no passwords. Works without JavaScript. */
export function showAccounts(
  { key, displayName }: SocialProvider,
  people: readonly SocialPerson[],
  ctx: string,
  loginHint?: string,
): Answer {
  const hinted = people.filter(({ email }) => email !== undefined && email === loginHint?.toLowerCase());
  const ordered = [...hinted, ...people.filter((person) => !hinted.includes(person))];
  const body = html`<h1>Sign in with ${displayName}</h1>
    <p class="soft">This is a stand-in: choose whose account it is.</p>
    <form method="post" action="/${key}/choose">
      <input type="hidden" name="ctx" value="${ctx}" />
      <ul class="tiles">
        ${ordered.map(tile)}
      </ul>
      <div class="actions"><button type="submit" name="cancel" value="1">Cancel</button></div>
    </form>`;
  return page(200, frame(`Sign in with ${displayName}`, body));
}

const tile = ({ id, name, email, note }: SocialPerson): Html =>
  html`<li>
    <button type="submit" name="account" value="${id}">
      <strong>${name}</strong><small>${email ?? 'no email'} · ${note}</small>
    </button>
  </li>`;
