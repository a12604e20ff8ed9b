import type { CookieNames } from './cookies.js';
import type { Lifetimes } from './provider-configuration.js';

/** How this deployment wants its provider. */
export class ProviderSettings {
  constructor(
    readonly cookies: CookieNames,
    readonly lifetimes: Lifetimes,
  ) {}
}
