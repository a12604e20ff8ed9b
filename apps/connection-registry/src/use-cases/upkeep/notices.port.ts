import type { ConnectionId, CredentialId } from '@homerealm/domain';

/** A credential whose end is near or over, and what was told of that. */
export type EndingCredential = {
  connectionId: ConnectionId;
  credentialId: CredentialId;
  kind: 'client-secret' | 'certificate';
  expiresAt: Date;
  told: readonly number[];
};

/** Which notices of ending credentials were given. */
export abstract class Notices {
  /** Credentials that end before a time and of whose very end not everything was told. */
  abstract ending(before: Date): Promise<EndingCredential[]>;
  /** Tells a step, unless somebody else just did or the credential is gone. @returns whether it was told now */
  abstract tell(credential: EndingCredential, daysLeft: number, now: Date): Promise<boolean>;
}
