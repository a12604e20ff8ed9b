import type { ProviderFacts } from './provider-facts.js';

/** Any OpenID Connect provider with discovery. Its endpoints may be anywhere public; each connection is guarded. */
export const genericOidc: ProviderFacts = {
  strategy: 'oidc',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  scope: 'openid profile email',
  secretGoes: 'by-metadata',
  takesLoginHint: true,
};
