import type {
  AttemptId,
  ConnectionId,
  GroupSet,
  OrganizationId,
  Strategy,
  UpstreamClaims,
  UserId,
} from '@homerealm/domain';

/** What a provider must be told to sign somebody out there, as its connector gave it. */
export type UpstreamSession = {
  nameId: string;
  nameIdFormat?: string | undefined;
  nameQualifier?: string | undefined;
  spNameQualifier?: string | undefined;
  sessionIndex?: string | undefined;
};

/**
 * What one sign-in proved. It is stored beside the session when the sign-in completes, and tokens are made from it, so
 * that the first token never waits for another service.
 */
export type SignInFacts = {
  attemptId: AttemptId;
  userId: UserId;
  /** Null, as name and strategy, where no provider was asked: an email or a phone was proved to us. */
  connectionId: ConnectionId | null;
  connectionName: string | null;
  strategy: Strategy | null;
  /** The Entra tenant the account is of; absent where there is none, and in sign-ins of before. */
  tenantId?: string;
  organizationId: OrganizationId | null;
  /** The organization's own limit for this sign-in, in seconds; absent where it has none, and in sign-ins of before. */
  organizationSessionSeconds?: number;
  /** ISO 8601 in UTC. */
  signedInAt: string;
  /** The person as the directory knows them after this sign-in; the directory's word wins over the upstream's. */
  profile: {
    givenName: string | null;
    familyName: string | null;
    picture: string | null;
    email?: string | undefined;
    emailVerified?: boolean | undefined;
  };
  /** What the upstream said, checked and bounded; nothing where there was none. */
  upstream: UpstreamClaims;
  /** Absent when the connection does not ask for groups. */
  groups: GroupSet | undefined;
  /** Of providers that people can be signed out at; absent at all others, and in sign-ins of before. */
  upstreamSession?: UpstreamSession;
};
