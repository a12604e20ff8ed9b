import { Refusal } from '../../check-list.js';
import type { FederationConnection } from '../federation-connection.js';
import type { FederationProviders, KnownFederation } from '../metadata/federation-providers.js';

/**
 * Verifies with the certificates that are known; when none of them fits, once more with what the provider publishes now.
 * @throws Refusal of `verify`
 */
export async function withKnownCertificates<T>(
  providers: FederationProviders,
  connection: FederationConnection,
  known: KnownFederation,
  verify: (certificates: readonly string[]) => T,
): Promise<T> {
  try {
    return verify(known.metadata.certificates);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'upstream.key-unknown') throw error;
    const newer = await providers.withNewerCertificates(connection, known);
    if (newer === known) throw error;
    return verify(newer.metadata.certificates);
  }
}
