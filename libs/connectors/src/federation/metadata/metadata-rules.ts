import { X509Certificate } from 'node:crypto';
import { Refusal } from '../../check-list.js';
import type { FederationConnection, FederationMetadata } from '../federation-connection.js';

/**
 * Whether metadata is still that of the connection's provider: the same entity, and where it speaks for a tenant of Entra,
 * with addresses on the authority only.
 * @throws Refusal `upstream.metadata-issuer-mismatch`, `upstream.metadata-endpoint-refused`
 */
export function checkMetadata(connection: FederationConnection, metadata: FederationMetadata): void {
  const { tenantId, authority } = connection;
  if (metadata.entityId !== connection.metadata.entityId) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-issuer-mismatch', {
      expected: connection.metadata.entityId,
    });
  }
  const endpoints = [...metadata.signIn, ...metadata.signOut];
  if (tenantId !== null && !endpoints.every(({ url }) => new URL(url).origin === authority)) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-endpoint-refused');
  }
}

/**
 * With the certificates that may sign only: those that the admin pinned, where somebody did. None of them may be there yet:
 * then every answer is signed with an unknown one, and the provider is read again.
 */
export function withPinned(connection: FederationConnection, metadata: FederationMetadata): FederationMetadata {
  const pinned = connection.pinnedCertificates;
  if (pinned === null) return metadata;
  const allowed = new Set(pinned.map(plainThumbprint));
  return { ...metadata, certificates: metadata.certificates.filter((pem) => allowed.has(thumbprintOf(pem))) };
}

/** SHA-256 of the DER form, in hexadecimal capitals. */
export const thumbprintOf = (pem: string): string => plainThumbprint(new X509Certificate(pem).fingerprint256);

const plainThumbprint = (text: string): string => text.replaceAll(':', '').toUpperCase();

/** All certificates as one text. */
export const fingerprintsOf = ({ metadata }: { metadata: FederationMetadata }): string =>
  metadata.certificates.map(thumbprintOf).sort().join();
