import type { SignUpForm, SignUpProblem } from '../../domain/own-sign-in/sign-up-form.js';
import type { SignUpChoices } from '../../use-cases/own-sign-in/show-sign-up.js';
import { html, type Html } from './html.js';
import type { Page } from './page.js';
import { pathOf } from './sign-in-page.js';
import { texts } from './texts.js';

const words = texts.signUp;

type Field = {
  name: keyof SignUpForm;
  label: string;
  autocomplete: string;
  first?: boolean;
  help?: string;
};

/** What somebody new is asked. What was typed comes back with the problem. */
export function signUpPage(choices: SignUpChoices, typed?: { form: SignUpForm; problem: SignUpProblem }): Page {
  const path = pathOf(choices.pending.uid);
  const fields: Field[] = [
    { name: 'givenName', label: words.givenName, autocomplete: 'given-name', first: true },
    { name: 'familyName', label: words.familyName, autocomplete: 'family-name' },
    ...(choices.mayChooseUsername
      ? [{ name: 'username' as const, label: words.username, autocomplete: 'off', help: words.usernameHelp }]
      : []),
  ];
  const body = html`<p>${words.says(choices.code.memory.identifier.typed)}</p>
    <form method="post" action="${path}/sign-up" novalidate>
      ${fields.map((field) => input(field, typed))}
      <button class="button first" type="submit">${words.next}</button>
    </form>
    <form class="cancel" method="post" action="${path}/cancel">
      <button class="link" type="submit">${texts.signIn.cancel}</button>
    </form>`;
  return { title: words.title, status: typed ? 422 : 200, body };
}

function input({ name, label, autocomplete, first, help }: Field, typed: Parameters<typeof signUpPage>[1]): Html {
  const isBad =
    typed !== undefined && (typed.problem.startsWith('username') ? name === 'username' : name !== 'username');
  const saysProblem = isBad && (first === true || name === 'username');
  const describedBy = [...(isBad ? ['sign-up-problem'] : []), ...(help ? [`${name}-help`] : [])].join(' ');
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      autocomplete="${autocomplete}"
      ${name === 'username' && html`autocapitalize="none"`}
      spellcheck="false"
      maxlength="256"
      ${(typed ? saysProblem : first) && html`autofocus`}
      ${describedBy && html`aria-describedby="${describedBy}"`}
      ${isBad && html`aria-invalid="true"`}
      value="${typed?.form[name] ?? ''}"
    />
    ${saysProblem && html`<p class="problem" id="sign-up-problem" role="alert">${words.problems[typed.problem]}</p>`}
    ${help && html`<p class="help" id="${name}-help">${help}</p>`}
  </div>`;
}
