import type { KeptCode } from '../../use-cases/codes/codes.port.js';
import { html } from './html.js';
import type { Page } from './page.js';
import { pathOf } from './sign-in-page.js';
import { texts } from './texts.js';

export type CodeProblem = keyof typeof texts.code.problems;

/** `anew`: the person asked for another code. */
export type CodeNews = CodeProblem | 'anew';

const words = texts.code;

/** Asks for the code. What it says follows from what was typed alone: nobody learns here whether there is an account. */
export function codePage(
  uid: string,
  { identifier }: KeptCode['memory'],
  news?: CodeNews,
  step: 'sign-in' | 'email' = 'sign-in',
): Page {
  const problem = news === 'anew' ? undefined : news;
  const path = pathOf(uid);
  const base = step === 'email' ? `${path}/email` : path;
  const body = html`<p>${words.sent[identifier.by](identifier.typed)}</p>
    ${news === 'anew' && html`<p role="status">${words.anew}</p>`}
    <form method="post" action="${base}/code" novalidate>
      <label for="code">${words.label}</label>
      <input
        id="code"
        class="code"
        name="code"
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        spellcheck="false"
        maxlength="20"
        required
        autofocus
        aria-describedby="${problem && 'code-problem '}code-help"
        ${problem && html`aria-invalid="true"`}
      />
      ${problem && html`<p class="problem" id="code-problem" role="alert">${words.problems[problem]}</p>`}
      <p class="help" id="code-help">${words.help}</p>
      <button class="button first" type="submit">${words.next}</button>
    </form>
    <div class="ways">
      <form method="post" action="${base}/code/again">
        <button class="link" type="submit">${words.again}</button>
      </form>
      <a class="link" href="${base}">${step === 'email' ? texts.missingEmail.other : words.other}</a>
      <form method="post" action="${path}/cancel">
        <button class="link" type="submit">${texts.signIn.cancel}</button>
      </form>
    </div>`;
  return { title: words.title, status: problem ? 422 : 200, body };
}
