import type { ConnectionSettings, EnvironmentPolicies, SealedCredential } from '@homerealm/contracts';

/** A connection as the replica has it. Secrets stay sealed until the moment they are used. */
export type KnownConnection = { settings: ConnectionSettings; credentials: readonly SealedCredential[] };

/** The gateway's own copy of the connections: a sign-in never asks the registry. */
export abstract class Connections {
  abstract find(connectionId: string): Promise<KnownConnection | null>;
  /** @param domain as `emailDomain` gives it */
  abstract ofDomain(domain: string): Promise<ConnectionSettings | null>;
  /** Enabled connections that want a button: the organization's (when one is given) and the environment-wide ones. */
  abstract withButtons(organizationId: string | null): Promise<readonly ConnectionSettings[]>;
}

/** Where consumers write that copy. Called inside the consumer's transaction; older revisions change nothing. */
export abstract class ConnectionReplica {
  /** @param heardAt when the registry said so: the newest claim on a domain wins */
  abstract keep(settings: ConnectionSettings, heardAt: Date): Promise<void>;
  abstract keepCredentials(
    connectionId: string,
    revision: number,
    credentials: readonly SealedCredential[],
  ): Promise<void>;
  abstract keepPolicies(policies: EnvironmentPolicies): Promise<void>;
  /** The connection was deleted: its settings and its domains go. */
  abstract forget(connectionId: string): Promise<void>;
  abstract forgetCredentials(connectionId: string): Promise<void>;
}
