import type { Button } from '../../domain/list-buttons.js';
import type { SignInChoices } from '../../use-cases/show-sign-in.js';
import { html, type Html } from './html.js';
import type { Page } from './page.js';
import { texts } from './texts.js';

export type SignInProblem = keyof typeof texts.problems;

/** What was typed comes back with the problem, so that nobody types it twice. */
export type Typed = { email: string; problem: SignInProblem };

const words = texts.signIn;

/** Email first, then the buttons. */
export function signInPage({ pending, askEmail, buttons, own }: SignInChoices, typed?: Typed): Page {
  const path = pathOf(pending.uid);
  const email = typed?.email ?? pending.loginHint ?? '';
  const choices = buttons.map((button) => choice(path, button, !askEmail));
  const body = html` ${askEmail ? identifierForm(path, own, email, typed?.problem) : html`<p>${choices.length > 0 ? words.onlyOne : words.none}</p>`}
    ${askEmail && choices.length > 0 && html`<p class="or">${words.or}</p>`}
    ${
      choices.length > 0 &&
      html`<ul class="choices">
        ${choices}
      </ul>`
    }
    <form class="cancel" method="post" action="${path}/cancel">
      <button class="link" type="submit">${words.cancel}</button>
    </form>`;
  return { title: words.title(pending.applicationName), status: typed ? 422 : 200, body };
}

export const pathOf = (uid: string): string => `/sign-in/${encodeURIComponent(uid)}`;

/** One field, whatever signs in. It is called `email`, so that browsers fill in what they know. */
function identifierForm(
  path: string,
  own: SignInChoices['own'],
  email: string,
  problem: SignInProblem | undefined,
): Html {
  const describedBy = problem ? 'email-problem email-help' : 'email-help';
  const onlyEmail = !own.phone && !own.username;
  const hasOwn = own.email || !onlyEmail;
  return html`<form method="post" action="${path}" novalidate>
    <label for="email">${words.identifier(own)}</label>
    <input
      id="email"
      name="email"
      type="${onlyEmail ? 'email' : 'text'}"
      inputmode="${onlyEmail ? 'email' : 'text'}"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      maxlength="254"
      required
      autofocus
      aria-describedby="${describedBy}"
      ${problem && html`aria-invalid="true"`}
      value="${email}"
    />
    ${problem && html`<p class="problem" id="email-problem" role="alert">${texts.problems[problem]}</p>`}
    <p class="help" id="email-help">${hasOwn ? words.ownHelp : words.emailHelp}</p>
    <button class="button first" type="submit">${words.next}</button>
  </form>`;
}

const choice = (path: string, { connectionId, displayName }: Button, first: boolean): Html =>
  html`<li>
    <form method="post" action="${path}/with/${encodeURIComponent(connectionId)}">
      <button class="button${first && ' first'}" type="submit">${words.continueWith(displayName)}</button>
    </form>
  </li>`;
