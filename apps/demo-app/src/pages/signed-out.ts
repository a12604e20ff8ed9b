import { html } from './html.js';
import { layout } from './layout.js';

/** The first page: sign in, with hints for those who want them. */
export function signedOutPage(nonce: string, problem?: string): string {
  const body = html`${problem === undefined ? undefined : problemCard(problem)}
    <section class="card hero">
      <h1>Sign in to see your tokens</h1>
      <p class="soft">
        This app knows nothing of companies or passwords. It sends you to Homerealm, which sends you on to your company,
        and comes back with tokens.
      </p>
      <form method="get" action="/sign-in">
        <label for="email">Work email <span class="soft">(optional)</span></label>
        <input id="email" name="email" type="email" autocomplete="username" placeholder="you@contoso.example" />
        <details>
          <summary>More wishes</summary>
          <label for="org_code">Organization code</label>
          <input id="org_code" name="org_code" autocomplete="off" placeholder="org_…" />
          <label for="connection_id">Connection</label>
          <input id="connection_id" name="connection_id" autocomplete="off" placeholder="conn_…" />
        </details>
        <button class="main" id="sign-in">Sign in</button>
      </form>
    </section>`;
  return layout('Sign in', nonce, body);
}

const problemCard = (problem: string) =>
  html`<section class="card alert" role="alert">
    <h2>That did not work</h2>
    <p>${problem}</p>
  </section>`;
