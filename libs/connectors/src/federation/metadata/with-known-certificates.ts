import { Refusal } from '../../check-list.js';
import type { FederationConnection } from '../federation-connection.js';
import type { FederationProviders, KnownFederation } from '../metadata/federation-providers.js';
import { fingerprintsOf } from '../metadata/metadata-rules.js';

/**
 * Verifies with the certificates that are known; when none of them fits, once more with what the provider publishes now.
 * @throws Refusal of `verify`
 */
export async function withKnownCertificates<T>(
  providers: FederationProviders,
  connection: FederationConnection,
  known: KnownFederation,
  verify: (certificates: readonly string[]) => T,
): Promise<{ verified: T; by: KnownFederation }> {
  try {
    return { verified: verify(known.metadata.certificates), by: known };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'upstream.key-unknown') throw error;
    const newer = await providers.withNewerCertificates(connection, known);
    if (fingerprintsOf(newer) === fingerprintsOf(known)) {
      throw new Refusal(error.check, error.code, { metadata: newer.problem ?? 'unchanged' });
    }
    return { verified: verify(newer.metadata.certificates), by: newer };
  }
}
