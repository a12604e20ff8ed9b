import type { PendingSignIn } from '../../use-cases/interactions.port.js';
import { html } from './html.js';
import type { Page } from './page.js';
import { pathOf } from './sign-in-page.js';
import { texts } from './texts.js';

const words = texts.missingEmail;

/** Asks for the email a provider did not give. What was typed comes back with the problem. */
export function missingEmailPage({ uid, applicationName }: PendingSignIn, typed?: string): Page {
  const path = pathOf(uid);
  const bad = typed !== undefined;
  const body = html`<p>${words.says(applicationName)}</p>
    <form method="post" action="${path}/email" novalidate>
      <label for="email">${words.label}</label>
      <input
        id="email"
        name="email"
        type="email"
        autocomplete="email"
        autocapitalize="none"
        spellcheck="false"
        maxlength="254"
        required
        autofocus
        aria-describedby="${bad && 'email-problem '}email-help"
        ${bad && html`aria-invalid="true"`}
        value="${typed ?? ''}"
      />
      ${bad && html`<p class="problem" id="email-problem" role="alert">${texts.problems['not-an-email']}</p>`}
      <p class="help" id="email-help">${words.help}</p>
      <button class="button first" type="submit">${texts.signIn.next}</button>
    </form>
    <form class="cancel" method="post" action="${path}/cancel">
      <button class="link" type="submit">${texts.signIn.cancel}</button>
    </form>`;
  return { title: words.title, status: bad ? 422 : 200, body };
}
