import type { SealedCredential } from '@homerealm/contracts';
import type { Credential } from './connection.js';

/** A credential as other services get it: for holders of the sealing key. */
export const toSealed = ({ credentialId, kind, sealed, sealingKeyId, expiresAt }: Credential): SealedCredential => ({
  credentialId,
  kind,
  sealed,
  sealingKeyId,
  expiresAt: expiresAt?.toISOString() ?? null,
});
