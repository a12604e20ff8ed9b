import type { ConnectionResponse, CredentialResponse } from '@homerealm/contracts';
import type { Connection, Credential } from '../domain/connection.js';
import { connectionWarnings } from '../domain/warnings.js';
import { configHash } from './config-hash.js';

/** A connection as its API shows it: nothing of a credential but that it exists. */
export function describeConnection(connection: Connection, now: Date): ConnectionResponse {
  const hash = configHash(connection);
  const newest = connection.credentials.findLast(({ kind }) => kind === 'client-secret');
  return {
    ...connection.settings,
    clientSecretExpiresAt: newest?.expiresAt?.toISOString() ?? null,
    credentials: connection.credentials.map(describeCredential),
    configHash: hash,
    enabling: connection.enabling,
    warnings: connectionWarnings(connection, hash, now),
    createdAt: connection.createdAt.toISOString(),
    updatedAt: connection.updatedAt.toISOString(),
  };
}

export const describeCredential = ({ credentialId, kind, createdAt, expiresAt }: Credential): CredentialResponse => ({
  credentialId,
  kind,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
});
