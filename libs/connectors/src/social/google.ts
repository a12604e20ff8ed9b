import type { ProviderFacts } from './provider-facts.js';

/** Google accounts (accounts.google.com). `email_verified` is Google's own proof of the address. */
export const google: ProviderFacts = {
  strategy: 'google',
  issuer: 'https://accounts.google.com',
  origins: [
    ...['https://accounts.google.com', 'https://oauth2.googleapis.com'],
    ...['https://www.googleapis.com', 'https://openidconnect.googleapis.com'],
  ],
  algorithms: ['RS256'],
  scope: 'openid profile email',
  secretGoes: 'in-body',
  takesLoginHint: true,
};
