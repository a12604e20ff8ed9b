import { html, Html } from './html.js';
import { style } from './style.js';

/** A whole page. The nonce lets exactly this page's own style and script run. */
export function layout(title: string, nonce: string, body: Html, script = ''): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Homerealm demo</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${new Html(style)}
        </style>
      </head>
      <body>
        <header class="top">
          <i class="mark"></i><b>Northwind Notes</b><span>a demo app that trusts Homerealm</span>
        </header>
        <main>${body}</main>
        ${script === '' ? undefined : new Html(`<script nonce="${nonce}">${script}</script>`)}
      </body>
    </html>`.text;
}

/** Forbids everything a page of ours does not need. */
export const contentPolicy = (nonce: string, issuer: string): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data: https: http:',
    `form-action 'self' ${new URL(issuer).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
