import { isUrl } from '@homerealm/domain';
import { createHash } from 'node:crypto';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center;background:#f4f5f7;color:#172b4d}' +
  'main{background:#fff;border:1px solid #dfe1e6;border-radius:8px;padding:32px;max-width:420px;margin:16px}' +
  'h1{font-size:1.3rem;margin:0 0 12px}p{margin:0 0 12px}small{color:#5e6c84;overflow-wrap:anywhere}' +
  'button{font:inherit;padding:8px 16px;border-radius:4px;border:1px solid #c1c7d0;background:#fff;cursor:pointer;margin-right:8px}' +
  'button.first{background:#0052cc;border-color:#0052cc;color:#fff}';
const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * Headers of everything the provider answers. An empty `script-src` allows nothing; the library adds the hash of its own
 * script where it needs one. `form-action` is left to the pages that know where their form leads.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none';script-src ;style-src 'sha256-${styleHash}';base-uri 'none';frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

/** An error page for a person. What stands on it names no account; `id` leads to the log. */
export function errorPage(error: string, id: string): string {
  const says = sentences[error] ?? 'This request cannot be answered.';
  return page('That did not work', `<p>${says}</p><p><small>${escape(error)} · ${escape(id)}</small></p>`);
}

const sentences: Record<string, string> = {
  invalid_client: 'The application that sent you here is not known.',
  invalid_redirect_uri: 'The application asked to return to an address that it has not registered.',
  invalid_request: 'The application sent an incomplete or wrong request.',
  server_error: 'Something went wrong on our side. Please try again.',
  temporarily_unavailable: 'We cannot do this right now. Please try again in a moment.',
};

/** Asks before somebody is signed out: any page could have sent the browser here. */
export function askToSignOut(ctx: KoaContextWithOIDC, form: string): void {
  refuseForeignHint(ctx);
  const target = ctx.oidc.params?.['post_logout_redirect_uri'];
  const origin = typeof target === 'string' && isUrl(target) ? ` ${new URL(target).origin}` : '';
  ctx.set('content-security-policy', `${pageHeaders['content-security-policy']};form-action 'self'${origin}`);
  ctx.type = 'html';
  ctx.body = page(
    'Do you want to sign out?',
    `${form}<p>This ends your session here, for all applications.</p>
     <button class="first" type="submit" form="op.logoutForm" value="yes" name="logout">Sign out</button>
     <button type="submit" form="op.logoutForm">Stay signed in</button>`,
  );
}

/** Another person's ID token signs nobody out. */
function refuseForeignHint({ oidc }: KoaContextWithOIDC): void {
  const hinted = oidc.entities.IdTokenHint?.payload['sub'];
  if (hinted === undefined || hinted === oidc.session?.accountId) return;
  throw new errors.InvalidRequest('id_token_hint is of another user');
}

export function signedOut(ctx: KoaContextWithOIDC): void {
  ctx.type = 'html';
  ctx.body = page('You are signed out', '<p>You can close this page.</p>');
}

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>` +
  `<meta name="viewport" content="width=device-width,initial-scale=1"><style>${style}</style></head>` +
  `<body><main><h1>${title}</h1>${body}</main></body></html>`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
