import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { own } from '../json.js';
import { askTokenEndpoint } from './ask-token-endpoint.js';
import { checkAuthority, type EntraAuthorities } from './authorities.js';
import type { EntraConnection, EntraCredential } from './entra-connection.js';
import { createProviders } from './providers.js';

/** What a try of one credential showed. */
export type CredentialOutcome = 'works' | 'wrong' | 'expired' | 'unreachable' | 'refused';
export type CredentialProbe = {
  outcome: CredentialOutcome;
  /** The provider's name of its error (RFC 6749 §5.2), when it gave one. */
  error?: string;
  /** Numbers of Entra's error codes. */
  aadsts?: string[];
};

export type ProbedConnection = Pick<EntraConnection, 'authority' | 'graphOrigin' | 'tenantId' | 'clientId'>;

/** Tries credentials without signing anybody in. */
export type CredentialProbes = {
  /** Never rejects. @param expiresAt what we know of the credential's end */
  probe(
    connection: ProbedConnection,
    credential: EntraCredential,
    options: { expiresAt: Date | null; now: Date; signal?: AbortSignal },
  ): Promise<CredentialProbe>;
};

/** Entra's number for an expired secret. It changes the word in the answer and nothing else. */
const expiredSecret = '7000222';

/** Asks for a token of the application itself (client credentials), with exactly the one credential. */
export function createCredentialProbes(dependencies: {
  http: UpstreamHttp;
  authorities: EntraAuthorities;
  clock?: () => number;
}): CredentialProbes {
  const { http, authorities, clock = Date.now } = dependencies;
  const providers = createProviders({ http, clock, keyCooldownMs: 60_000 });

  async function ask(connection: ProbedConnection, credential: EntraCredential, now: Date, signal?: AbortSignal) {
    checkAuthority(authorities, connection);
    const { authority, tenantId, clientId, graphOrigin } = connection;
    const { metadata } = await providers.get({ authority, segment: tenantId.toLowerCase() });
    const form = { grant_type: 'client_credentials', scope: `${graphOrigin}/.default` };
    const asked = { clientId, credentials: [credential] };
    const { tokenEndpoint } = metadata;
    return askTokenEndpoint(http, { tokenEndpoint, connection: asked, form, now, ...(signal && { signal }) });
  }

  return {
    async probe(connection, credential, { expiresAt, now, signal }) {
      try {
        const { reply } = await ask(connection, credential, now, signal);
        return { outcome: typeof own(reply, 'access_token') === 'string' ? 'works' : 'unreachable' };
      } catch (error) {
        return judge(error, expiresAt !== null && expiresAt <= now);
      }
    },
  };
}

/**
 * `invalid_client` is the provider's word for a credential that it does not take; whether it is too old or never was
 * right is told apart by the end we know of, or by Entra's number. Every other refusal is not about the credential.
 * What is no answer at all, or none that can be read, says nothing about it.
 */
function judge(error: unknown, isOver: boolean): CredentialProbe {
  if (!(error instanceof Refusal)) return { outcome: 'unreachable' };
  const { error: name, aadsts } = error.upstream ?? {};
  const report = { ...(name !== undefined && { error: name }), ...(aadsts && { aadsts }) };
  if (error.code === 'upstream.credentials-unusable') return { outcome: isOver ? 'expired' : 'wrong' };
  if (error.code === 'upstream.authority-not-allowed') return { outcome: 'refused' };
  const answered = error.code === 'upstream.credentials-refused' || error.code === 'upstream.token-refused';
  if (!answered && error.code !== 'upstream.code-refused') return { outcome: 'unreachable', ...report };
  if (name !== 'invalid_client') return { outcome: 'refused', ...report };
  return { outcome: isOver || aadsts?.includes(expiredSecret) ? 'expired' : 'wrong', ...report };
}
