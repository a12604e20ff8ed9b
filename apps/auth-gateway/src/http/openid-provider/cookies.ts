/** Names and attributes of the gateway's cookies. */
export type CookieNames = {
  session: string;
  browser: string;
  interaction: string;
  resume: string;
  secure: boolean;
  /** A Set-Cookie value: HttpOnly, SameSite=Lax, the whole site, this host only; Secure on https. */
  serialize(
    name: string,
    value: string,
    options?: { maxAgeSeconds?: number; path?: string; sameSite?: string },
  ): string;
};

/**
 * On https every name has the `__Host-` prefix: a sibling domain cannot plant one (RFC 6265bis §4.1.3.2). On http, which
 * is for loopback only, cookies are shared by all ports, so the port is part of the name.
 */
export function cookieNames(issuer: string): CookieNames {
  const { protocol, port } = new URL(issuer);
  const secure = protocol === 'https:';
  const named = (name: string) => (secure ? `__Host-homerealm_${name}` : `homerealm_${name}_${port || '80'}`);
  return {
    session: named('session'),
    browser: named('browser'),
    interaction: named('interaction'),
    resume: named('resume'),
    secure,
    serialize: (name, value, { maxAgeSeconds, path = '/', sameSite = 'lax' } = {}) =>
      [
        `${name}=${value}`,
        `path=${path}`,
        ...(maxAgeSeconds === undefined ? [] : [`max-age=${maxAgeSeconds}`]),
        `samesite=${sameSite}`,
        ...(secure ? ['secure'] : []),
        'httponly',
      ].join('; '),
  };
}

/** All values a Cookie header has for a name, in order. More than one is suspicious. */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (header === undefined) return [];
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
