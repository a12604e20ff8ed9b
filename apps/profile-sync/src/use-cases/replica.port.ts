import type { ConnectionSettings, EnvironmentPolicies, SealedCredential } from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';

export type KnownConnection = {
  /** null: deleted. */
  settings: ConnectionSettings | null;
  credentials: SealedCredential[];
};

/** Our own copy of what the connection registry tells. */
export abstract class Replica {
  abstract rememberConnection(settings: ConnectionSettings): Promise<void>;
  abstract rememberCredentials(connectionId: ConnectionId, credentials: SealedCredential[]): Promise<void>;
  abstract forgetConnection(connectionId: ConnectionId): Promise<void>;
  abstract rememberPolicies(policies: EnvironmentPolicies): Promise<void>;
  /** undefined: never heard of. */
  abstract findConnection(connectionId: ConnectionId): Promise<KnownConnection | undefined>;
  /** The default until the registry has spoken. */
  abstract policies(): Promise<EnvironmentPolicies>;
}
