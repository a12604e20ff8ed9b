import { isUrl } from '@homerealm/domain';
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
const dangerousSchemes = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'about:',
  'ws:',
  'wss:',
  'ftp:',
]);

/**
 * Whether an address may be registered to send a browser to. Requests must repeat it character by character, so it has
 * to be in the one form a browser would not rewrite: what parsing would change is refused.
 */
export function isAllowedRedirectUri(text: string, isNative: boolean): boolean {
  if (text.length > 2_048 || /[\s\p{C}\\*#<>"`{}|^]/u.test(text)) return false;
  if (!isUrl(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || text.includes('@') || hasDotSegment(text)) return false;
  if (url.protocol === 'https:') return isSameText(url, text);
  if (url.protocol === 'http:') return loopbackHosts.has(url.hostname) && isSameText(url, text);
  return isNative && isOwnScheme(url.protocol);
}

/** Whether an address may be registered to be told of logouts: as for redirects, of a web application. */
export const isAllowedLogoutUri = (text: string): boolean => isAllowedRedirectUri(text, false);

/** RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a dot. */
function isOwnScheme(protocol: string): boolean {
  return !dangerousSchemes.has(protocol) && /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol);
}

/** `.` and `..`, also percent-encoded. */
function hasDotSegment(text: string): boolean {
  const decoded = text.replace(/%2e/gi, '.').replace(/%2f|%5c/gi, '/');
  return /(^|\/)\.{1,2}(\/|$|[?])/.test(decoded) || /%2f|%5c|%00/i.test(text);
}

/** The parser may add the slash after the host, nothing else. */
function isSameText({ href }: URL, text: string): boolean {
  return href === text || href === `${text}/`;
}
