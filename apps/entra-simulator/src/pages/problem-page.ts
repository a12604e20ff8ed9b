import type { EntraError } from '../entra/errors.js';
import { describe } from '../entra/errors.js';
import { html } from '../http/html.js';
import { page, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from './frame.js';

/** An error page for what must never be sent to an address from the request. */
export function showError(exchange: Exchange, error: EntraError): Answer {
  return showProblem(exchange, describe(error, exchange, new Date()), error.status);
}

export function showProblem(exchange: Exchange, says: string, status = 400): Answer {
  const body = html`<h1>Sign in</h1>
    <p>Sorry, but we’re having trouble signing you in.</p>
    <p class="error" role="alert">${says}</p>
    <p class="soft">
      Request id <code>${exchange.traceId}</code><br />Correlation id <code>${exchange.correlationId}</code>
    </p>`;
  return page(status, frame('Trouble signing you in', body));
}
