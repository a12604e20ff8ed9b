import { isUrl } from '@homerealm/domain';
import { UpstreamHttpError } from './upstream-http.error.js';

/**
 * The guard against server-side request forgery: an address is used only when its origin is on the list, or where the
 * connection itself is guarded. `URL.origin`
 * hides userinfo, so userinfo and fragments are refused by themselves.
 * @throws UpstreamHttpError `not-allowed`
 */
export function checkedUrl(text: string, allowedOrigins: ReadonlySet<string> | 'any-public'): URL {
  const url = plainHttpsUrl(text);
  const listed = url && (allowedOrigins === 'any-public' || allowedOrigins.has(url.origin));
  if (!url || !listed) throw new UpstreamHttpError('not-allowed');
  return url;
}

/** An https address without userinfo and fragment; undefined for anything else. */
export function plainHttpsUrl(text: string): URL | undefined {
  const url = isUrl(text) ? new URL(text) : undefined;
  const plain = url && url.protocol === 'https:' && url.username === '' && url.password === '' && !text.includes('#');
  return plain ? url : undefined;
}
