import { html, type Html } from '../http/html.js';
import { page, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { App, User } from '../directory/model.js';
import type { Simulation } from '../simulation.js';
import type { AuthorizeRequest } from './authorize-request.js';
import { EntraError } from './errors.js';
import { signedInAccounts } from './sessions.js';
import type { Realm } from './tenant-segment.js';

type Shown = {
  request: Pick<AuthorizeRequest, 'prompt' | 'domainHint'>;
  realm: Realm;
  app: App;
  exchange: Exchange;
  simulation: Simulation;
  ctx: string;
  typed?: string | undefined;
  error?: EntraError | undefined;
};

/** Refusals that the person can do something about at the sign-in page. */
export function isCorrectable({ code }: EntraError): boolean {
  return [50020, 50034, 50057, 50126].includes(code);
}

/** The page where a person signs in. The field names are those of the real page. Works without JavaScript. */
export function showSignIn(shown: Shown): Answer {
  const { realm, app, typed, error, request, simulation } = shown;
  const at = realm.tenant?.displayName ?? simulation.directory.findTenant(request.domainHint ?? '')?.displayName;
  const accounts = request.prompt === 'login' ? [] : signedInAccounts(shown.exchange, simulation);
  const body = html`<h1>Sign in${at ? html` to ${at}` : undefined}</h1>
    <p class="soft">to continue to ${app.displayName}</p>
    ${error && html`<p class="error" role="alert" id="problem">${says(error)}</p>`}
    ${accounts.length > 0 && tiles(accounts, shown)}
    <form method="post" action="/${realm.segment}/login">
      <input type="hidden" name="ctx" value="${shown.ctx}" />
      <label for="loginfmt">Email or user name</label>
      ${field('loginfmt', 'text', 'username', typed, !typed && !error, error)}
      <label for="passwd">Password</label>
      ${field('passwd', 'password', 'current-password', undefined, Boolean(typed), error)}
      <div class="actions">
        <button type="submit" name="signin" value="1" class="primary">Sign in</button>
        <button type="submit" name="cancel" value="1" formnovalidate>Cancel</button>
      </div>
    </form>
    <p class="soft">The people who can sign in, and their passwords, are on the <a href="/">front page</a>.</p>`;
  return page(200, frame('Sign in', body));
}

/** Accounts that are signed in already: one press is enough. */
function tiles(accounts: User[], { realm, ctx }: Shown): Html {
  const items = accounts.map(
    (user) =>
      html`<li>
        <button type="submit" name="account" value="${user.oid}">
          <strong>${user.displayName}</strong><small>${user.userPrincipalName} · signed in</small>
        </button>
      </li>`,
  );
  return html`<form method="post" action="/${realm.segment}/login">
    <input type="hidden" name="ctx" value="${ctx}" />
    <h2>Pick an account</h2>
    <ul class="tiles">
      ${items}
    </ul>
    <h2>Or use another account</h2>
  </form>`;
}

function field(
  name: string,
  type: string,
  autocomplete: string,
  value: string | undefined,
  focus: boolean,
  error?: EntraError,
): Html {
  const faulty = error !== undefined && html`aria-invalid="true" aria-describedby="problem"`;
  return html`<input
    type="${type}"
    id="${name}"
    name="${name}"
    value="${value ?? ''}"
    autocomplete="${autocomplete}"
    autocapitalize="none"
    spellcheck="false"
    required
    ${focus && html`autofocus`}
    ${faulty}
  />`;
}

function says(error: EntraError): Html {
  return html`${error.message} <small>(AADSTS${error.code})</small>`;
}
