import { UpstreamHttpError } from './upstream-http.error.js';

/**
 * The guard against server-side request forgery: an address is used only when its origin is on the list. `URL.origin`
 * hides userinfo, so userinfo and fragments are refused by themselves.
 * @throws UpstreamHttpError `not-allowed`
 */
export function checkedUrl(text: string, allowedOrigins: ReadonlySet<string>): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && url.protocol === 'https:' && url.username === '' && url.password === '' && !text.includes('#');
  if (!url || !plain || !allowedOrigins.has(url.origin)) throw new UpstreamHttpError('not-allowed');
  return url;
}
