import type { ConnectionEvent, ConnectionSettings } from '@homerealm/contracts';
import type { CredentialId } from '@homerealm/domain';

/** What an admin sets. Everything else of a connection follows from it, or from what was done to it. */
export type ConnectionFields = Omit<
  ConnectionSettings,
  'connectionId' | 'revision' | 'state' | 'strategy' | 'tenantId' | 'graphOrigin' | 'callbackUrl'
>;

/** A stored credential. Its value exists in sealed form only. */
export type Credential = {
  credentialId: CredentialId;
  kind: 'client-secret' | 'certificate';
  sealed: string;
  sealingKeyId: string;
  createdAt: Date;
  expiresAt: Date | null;
};

/** How a connection was enabled last. */
export type Enabling = { at: string; by: string; override: boolean; reason: string | null; configHash: string };

export type Connection = {
  settings: ConnectionSettings;
  /** Oldest first. */
  credentials: readonly Credential[];
  enabling: Enabling | null;
  createdAt: Date;
  updatedAt: Date;
};

type Happening<Event> = Event extends { type: infer Type; data: infer Data } ? { type: Type; data: Data } : never;
/** What happened to a connection, before it gets its sequence and time. */
export type ConnectionHappening = Happening<ConnectionEvent>;

/** A new state of a connection and what led to it. */
export type Decision = {
  connection: Connection;
  happened: ConnectionHappening;
  /** Names of the fields that changed; never their values. */
  changed: readonly string[];
  credentialsChanged: boolean;
};

/** The connection one revision on, with the given settings. */
export function nextRevision(connection: Connection, settings: Partial<ConnectionSettings>, now: Date): Connection {
  const revision = connection.settings.revision + 1;
  return { ...connection, settings: { ...connection.settings, ...settings, revision }, updatedAt: now };
}

/** The part of every event that says which connection, in which revision. */
export const about = ({ settings: { connectionId, revision, strategy } }: Connection) => ({
  connectionId,
  revision,
  strategy,
});
