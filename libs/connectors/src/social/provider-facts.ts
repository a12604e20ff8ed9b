import type { SocialConnection } from './social-connection.js';

/** Signatures we accept at all; what a provider does not publish is refused there. Never `none`, never a shared key. */
export type IdTokenAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** What is known of a kind of provider beside its metadata. */
export type ProviderFacts = {
  strategy: Exclude<SocialConnection['strategy'], 'github'>;
  /** Its own issuer; a generic provider has none. */
  issuer?: string;
  /** Origins its endpoints are on while it has its own issuer. At any other issuer they are on that issuer's origin. */
  origins?: readonly string[];
  algorithms: readonly IdTokenAlgorithm[];
  scope: string;
  /** How the client secret travels; `by-metadata` follows what the provider publishes. */
  secretGoes: 'in-body' | 'by-metadata';
  /** Whether the typed email is handed on as `login_hint`. */
  takesLoginHint: boolean;
};
