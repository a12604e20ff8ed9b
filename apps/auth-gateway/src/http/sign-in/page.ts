import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { html, Html } from './html.js';
import { stylesPath } from './styles.js';
import { texts } from './texts.js';

/** `submitsItself`: its form is sent at once where scripts run, and by its button elsewhere. `wide`: it is read. */
export type Page = {
  title: string;
  status: number;
  body: Html;
  bad?: boolean;
  submitsItself?: boolean;
  wide?: boolean;
};

const submit = 'document.forms[0].submit()';
/** Whole, since its hash counts every blank. */
const submitScript = new Html(`<script>${submit}</script>`);
const submitHash = createHash('sha256').update(submit).digest('base64');

/**
 * No script but the one above, and that where it is needed only; nothing from elsewhere, no frame. There is no
 * `form-action`: browsers apply it to every redirect that follows a form, and ours lead to the provider and on to the
 * application.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const policyName = 'content-security-policy';
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  [policyName]: contentSecurityPolicy,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // With no-referrer, browsers send `Origin: null` with our own forms, and we could not tell them from a stranger's.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const script = page.submitsItself && { [policyName]: `${contentSecurityPolicy}; script-src 'sha256-${submitHash}'` };
  return reply
    .status(page.status)
    .headers({ ...pageHeaders, ...script })
    .send(render(page));
}

function render({ title, body, bad = false, submitsItself = false, wide = false }: Page): string {
  return html`<!doctype html>
    <html lang="${texts.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="${stylesPath}" />
      </head>
      <body>
        <main class="${wide && 'wide'}">
          ${mark(bad)}
          <h1>${title}</h1>
          ${body}
        </main>
        ${submitsItself && submitScript}
      </body>
    </html> `.text;
}

const mark = (bad: boolean) =>
  html`<svg
    class="mark${bad && ' bad'}"
    viewBox="0 0 40 40"
    fill="none"
    stroke="currentColor"
    stroke-width="3"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d="M6 18 20 6l14 12v16H6z" />
    ${bad ? html`<path d="M20 16v8M20 29.5v.01" />` : html`<circle cx="20" cy="21" r="3.5" /><path d="M20 24.5V34" />`}
  </svg>`;
