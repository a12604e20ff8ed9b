import type {
  ConnectionEvent,
  ConnectionSettings,
  EntraConnectionSettings,
  SamlConnectionSettings,
  SocialConnectionSettings,
  WsfedConnectionSettings,
} from '@homerealm/contracts';
import type { CredentialId, TestRunId } from '@homerealm/domain';

type NotGiven = 'connectionId' | 'revision' | 'state' | 'strategy' | 'callbackUrl';
/** What an admin sets. Everything else of a connection follows from it, or from what was done to it. */
export type EntraFields = Omit<EntraConnectionSettings, NotGiven | 'tenantId' | 'graphOrigin'>;
export type SocialFields = Omit<SocialConnectionSettings, NotGiven>;
export type WsfedFields = Omit<WsfedConnectionSettings, NotGiven | 'tenantId' | 'graphOrigin'>;
export type SamlFields = Omit<SamlConnectionSettings, NotGiven | 'tenantId' | 'graphOrigin'>;
export type ConnectionFields = EntraFields | SocialFields | WsfedFields | SamlFields;
/** Some fields, of whatever strategy. */
export type SomeFields = Partial<Omit<EntraFields & SocialFields, MayBeNull> & WsfedFields & SamlFields>;
/** What only a federation can be without. */
type MayBeNull = 'clientId' | 'entraDomain';

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

/** A green test run of one configuration. */
export type Proof = { configHash: string; testRunId: TestRunId; at: string };

export type Connection = {
  settings: ConnectionSettings;
  /** Oldest first. */
  credentials: readonly Credential[];
  enabling: Enabling | null;
  /** What test runs showed to work: the newest first, one for each configuration. */
  proofs: readonly Proof[];
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

/** What can become another in a connection's life. */
export type ChangedSettings = SomeFields &
  Partial<Pick<EntraConnectionSettings, 'state' | 'graphOrigin'> & { tenantId: string | null }>;

/** The connection one revision on, with the given settings, which were judged to be of its strategy. */
export function nextRevision(connection: Connection, changed: ChangedSettings, now: Date): Connection {
  const revision = connection.settings.revision + 1;
  const settings = { ...connection.settings, ...changed, revision } as ConnectionSettings;
  return { ...connection, settings, updatedAt: now };
}

/** The part of every event that says which connection, in which revision. */
export const about = ({ settings: { connectionId, revision, strategy } }: Connection) => ({
  connectionId,
  revision,
  strategy,
});
