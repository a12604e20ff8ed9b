import { html } from './html.js';
import type { Page } from './page.js';
import { texts } from './texts.js';

/** Also where nobody knows of a sign-out: whoever stands here has no session of theirs left open by us. */
export const signedOutPage = (): Page => ({
  ...{ title: texts.signedOut.title, status: 200 },
  body: html`<p>${texts.signedOut.says}</p>`,
});

/** A provider's message about a sign-out that we do not believe. */
export const signOutRefusedPage = (code: string, status: number): Page => ({
  ...{ title: texts.signOutRefused.title, status, bad: true },
  body: html`<p>${texts.signOutRefused.says}</p>
    <dl>
      <dt>${texts.refused.code}</dt>
      <dd>${code}</dd>
    </dl>`,
});
