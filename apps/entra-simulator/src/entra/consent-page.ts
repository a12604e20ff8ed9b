import type { App, User } from '../directory/model.js';
import { html, type Html } from '../http/html.js';
import { page, type Answer } from '../http/exchange.js';
import { frame } from '../pages/frame.js';

type Asked = { app: App; user: User; segment: string; ctx: string; scopes: string[] };

const inWords: Record<string, string> = {
  openid: 'Sign you in',
  profile: 'View your basic profile',
  email: 'View your email address',
  offline_access: 'Keep access to what you have given it access to',
  'User.Read': 'Read your profile',
  'User.ReadBasic.All': 'Read everybody’s basic profile',
  'User.Read.All': 'Read everybody’s full profile',
  'GroupMember.Read.All': 'Read group memberships',
  'Group.Read.All': 'Read all groups',
  'Directory.Read.All': 'Read the directory',
};

/** Asks the person whether the application may have what it asks for. */
export function showConsent(asked: Asked): Answer {
  const buttons = html`<button type="submit" name="accept" value="1" class="primary">Accept</button>
    <button type="submit" name="cancel" value="1">Cancel</button>`;
  return show(asked, 'Permissions requested', html`${asked.app.displayName} would like to:`, buttons);
}

/** Only an administrator could say yes; the person can only go back. */
export function showAdminConsentNeeded(asked: Asked): Answer {
  const buttons = html`<button type="submit" name="cancel" value="1">Back to the application without consent</button>`;
  const says = html`${asked.app.displayName} needs permissions that only an administrator can grant (AADSTS90094):`;
  return show(asked, 'Need admin approval', says, buttons);
}

function show({ user, segment, ctx, scopes }: Asked, title: string, says: Html, buttons: Html): Answer {
  const items = scopes.map((scope) => html`<li>${inWords[scope] ?? scope} <code>${scope}</code></li>`);
  const body = html`<p class="soft">${user.userPrincipalName}</p>
    <h1>${title}</h1>
    <p>${says}</p>
    <ul class="plain">
      ${items}
    </ul>
    <form method="post" action="/${segment}/consent">
      <input type="hidden" name="ctx" value="${ctx}" />
      <div class="actions">${buttons}</div>
    </form>`;
  return page(200, frame(title, body));
}
