import type { ProviderFacts } from './provider-facts.js';

/**
 * Personal Microsoft accounts: one fixed tenant, so work and school accounts of no company get in here. Microsoft says
 * nothing about the proof of their addresses, which therefore stay unproven.
 */
export const microsoft: ProviderFacts = {
  strategy: 'microsoft',
  issuer: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
  origins: ['https://login.microsoftonline.com', 'https://graph.microsoft.com'],
  algorithms: ['RS256'],
  scope: 'openid profile email',
  secretGoes: 'in-body',
  takesLoginHint: true,
};
