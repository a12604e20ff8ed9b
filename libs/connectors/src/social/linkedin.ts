import type { ProviderFacts } from './provider-facts.js';

/**
 * Sign in with LinkedIn using OpenID Connect. Its `email_verified` has been seen as a text: only the boolean `true`
 * counts here, as everywhere, so an address with `"true"` stays known and unproven.
 */
export const linkedin: ProviderFacts = {
  strategy: 'linkedin',
  issuer: 'https://www.linkedin.com/oauth',
  origins: ['https://www.linkedin.com', 'https://api.linkedin.com'],
  algorithms: ['RS256'],
  scope: 'openid profile email',
  secretGoes: 'in-body',
  takesLoginHint: false,
};
