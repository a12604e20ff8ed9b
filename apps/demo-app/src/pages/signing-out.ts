import { html } from './html.js';
import { layout } from './layout.js';

/**
 * Leads to Homerealm by a page of its own. A form that is answered with a redirect may only lead to where our policy lets
 * forms go, and the way out can lead over the company of the person, which this app knows nothing of.
 */
export function signingOutPage(nonce: string, address: string): string {
  const body = html`<section class="card hero">
    <h1>Signing you out …</h1>
    <meta http-equiv="refresh" content="0;url=${address}" />
    <p><a href="${address}">Go on</a></p>
  </section>`;
  return layout('Signing out', nonce, body);
}
