import { aadsts, type Aadsts } from '../entra/errors.js';
import { html } from '../http/html.js';
import { page, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from './frame.js';

/** `GET /error?code=50011`: where an error's `error_uri` leads. */
export function errorPage(exchange: Exchange): Answer {
  const code = exchange.url.searchParams.get('code') ?? '';
  const known = Object.hasOwn(aadsts, code) ? aadsts[Number(code) as Aadsts] : undefined;
  const body = html`<h1>AADSTS${code}</h1>
    <p>${known?.says ?? 'This simulator does not know this code.'}</p>
    ${known && html`<p class="soft">Travels as <code>${known.error}</code></p>`}`;
  return page(known ? 200 : 404, frame(`AADSTS${code}`, body));
}
