import type { Ended } from '../domain/admit-again.js';
import type { SignInFacts } from '../domain/sign-in-facts.js';
import type { KnownGroups } from '../domain/groups-for-token.js';

/** What the OpenID provider keeps. Everything else it hands out (access tokens, ID tokens) is signed, not stored. */
export type RecordKind = 'Session' | 'Interaction' | 'Grant' | 'AuthorizationCode' | 'RefreshToken' | 'ReplayDetection';

export type RecordKey = { kind: RecordKind; id: string };

export type ProviderRecord = RecordKey & {
  payload: Record<string, unknown>;
  /** The grant it belongs to; a grant belongs to itself. */
  grantId: string | null;
  /** A session's own uid, or the uid of the session it ends with. */
  sessionUid: string | null;
  userId: string | null;
  /** Interactions: hash of the browser they began in. */
  binding: string | null;
  /** Sessions and grants: what the sign-in proved. */
  facts: SignInFacts | null;
  expiresAt: Date;
};

export type StoredRecord = ProviderRecord & {
  consumedAt: Date | null;
  /** Groups of this user as profile-sync last told, where it told anything. */
  groups: KnownGroups | null;
  /** What was heard since of those its facts rest on. */
  ended: Ended;
};

export type SignedOut = {
  userId: string;
  applicationId: string | null;
  reason: 'requested' | 'expired' | 'revoked';
};

/** An application is to be told that a session of a user ended. */
export type LogoutNotice = { applicationId: string; userId: string; sessionId: string | null };

export type RecordChanges = {
  put: readonly ProviderRecord[];
  /** To be used up. When one of them was used before, nothing at all is written. */
  use: readonly RecordKey[];
  drop: readonly RecordKey[];
  /** Grants to end, with everything that belongs to them. */
  endGrants: readonly string[];
  happened: readonly SignedOut[];
  /** Delivered after this was stored, and until they arrived. */
  notices: readonly LogoutNotice[];
  /** Writes of others that are stored in the same transaction. */
  alongside: readonly (() => Promise<void>)[];
};

/** Storage of the OpenID provider: one read and one write for a request. Joins the ambient transaction. */
export abstract class ProviderRecords {
  /**
   * The records asked for, with their grants and sessions, in one statement. A session brings its grant for
   * `applicationId`.
   */
  abstract read(keys: readonly RecordKey[], applicationId?: string): Promise<StoredRecord[]>;
  /** All of it or nothing. False: something to be used up had been used before. */
  abstract write(changes: RecordChanges): Promise<boolean>;
}

/** What ends sessions from outside of a sign-in. Runs inside the consumer's transaction. */
export abstract class UserSessions {
  /** The user may not sign in: sessions and grants end, and none can be used until `allow`. */
  abstract end(userId: string): Promise<void>;
  abstract allow(userId: string): Promise<void>;
  /**
   * Ends sessions and grants that rest on an identity that was removed at that time: on one of a connection, or (null)
   * on one of our own, proved by a code.
   */
  abstract endThrough(userId: string, connectionId: string | null, at: Date): Promise<void>;
  /** Ends sessions and grants in an organization that the user left at that time. */
  abstract endMembership(userId: string, organizationId: string, at: Date): Promise<void>;
  /** The user is deleted: everything we hold about them goes. */
  abstract erase(userId: string): Promise<void>;
}

/**
 * What ends the sessions of many. The gate refuses them from this moment on; they go, with their events and notices, in
 * small steps afterwards. Runs inside the consumer's transaction.
 */
export abstract class ManySessions {
  /** @param at sign-ins after it are not meant */
  abstract endConnection(connectionId: string, at: Date): Promise<void>;
  abstract endOrganization(organizationId: string, at: Date): Promise<void>;
  abstract allowOrganization(organizationId: string): Promise<void>;
}
