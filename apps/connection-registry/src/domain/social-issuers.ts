import { isUrl } from '@homerealm/domain';
import type { SocialStrategy } from '@homerealm/contracts';

/** Strategies whose provider is one and the same for everybody. */
export type FixedStrategy = Exclude<SocialStrategy, 'oidc'>;
export type SocialIssuers = Readonly<Record<FixedStrategy, string>>;

/** GitHub speaks no OpenID Connect; its name stands for it. Microsoft's is the tenant of all personal accounts. */
export const knownIssuers: SocialIssuers = {
  google: 'https://accounts.google.com',
  linkedin: 'https://www.linkedin.com/oauth',
  github: 'https://github.com',
  microsoft: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
};

/**
 * Reads `strategy=issuer, …`: where the operator has a provider stand in for the known one.
 * @throws Error in plain words
 */
export function parseSocialIssuers(text: string | undefined): SocialIssuers {
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  return { ...knownIssuers, ...Object.fromEntries(entries.filter((entry) => entry !== '').map(readEntry)) };
}

function readEntry(entry: string): [string, string] {
  const [strategy = '', ...rest] = entry.split('=');
  const issuer = normalizeIssuer(rest.join('='));
  if (!Object.hasOwn(knownIssuers, strategy)) {
    throw new Error(`expected one of ${Object.keys(knownIssuers).join(', ')} in front of =, not "${strategy}"`);
  }
  if (issuer === undefined) throw new Error(`the issuer of ${strategy} is no https address without query and fragment`);
  return [strategy, issuer];
}

/**
 * An issuer in the one form we store: scheme and host in lower case, without the default port. Its path stays as it was
 * given, and so does a slash at the end: tokens name their issuer letter by letter. Undefined when the text is none.
 */
export function normalizeIssuer(text: string): string | undefined {
  const written = text.trim();
  if (!/^https:\/\/[^\s\\?#@/][^\s\\?#@]*$/i.test(written) || !isUrl(written)) return undefined;
  const url = new URL(written);
  const bare = url.pathname === '/' && !written.endsWith('/');
  return bare ? url.origin : `${url.origin}${url.pathname}`;
}
