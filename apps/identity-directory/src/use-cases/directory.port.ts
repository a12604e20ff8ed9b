import type { SignInRequest, SignInResponse } from '@homerealm/contracts';
import type { LinkId, UserId } from '@homerealm/domain';
import type { Known } from '../domain/decision.js';
import type { Happened } from '../domain/happened.js';
import type { Link } from '../domain/link.js';
import type { Beside } from '../domain/supersede-claims.js';
import type { User } from '../domain/user.js';

/** What a sign-in could concern, and the answer this attempt got before, if it got one. */
export type Concerned = Known & { answered: { sameRequest: boolean; response: SignInResponse } | null };

/** A user as loaded and as they shall be (null: not yet there, no longer there), and what happened in between. */
export type UserChange = {
  before: User | null;
  after: User | null;
  happened: readonly Happened[];
  /** Other users that change with it; after it, in this order. */
  beside?: readonly Beside[] | undefined;
  /** The sign-in this change answers. */
  answered?: { request: SignInRequest; response: SignInResponse };
  /** The link this change makes, or undoes. */
  linked?: Link | undefined;
  undone?: { linkId: LinkId; at: string; userId: UserId } | undefined;
};

/** Users as wholes. Every call is one transaction; events and state travel with the change they tell about. */
export abstract class Directory {
  /** All users a sign-in could concern, by indexed lookups in one round trip. */
  abstract concernedBy(request: SignInRequest): Promise<Concerned>;

  abstract find(userId: UserId): Promise<User | null>;

  /**
   * Stores the change if every user in it is still as loaded.
   * @throws DirectoryConflict when somebody was faster, or something unique is taken; nothing is stored then
   */
  abstract save(change: UserChange): Promise<void>;

  /** Keeps the answer to a sign-in that changed no user. @throws DirectoryConflict when the attempt has one */
  abstract keepAnswer(request: SignInRequest, response: SignInResponse): Promise<void>;
}

/** What a save ran into. `revision`: the user was changed meanwhile; the others: something unique is taken. */
export type ConflictOn =
  | 'revision'
  | 'attempt'
  | 'account'
  | 'verified-email'
  | 'verified-phone'
  | 'username'
  | 'pending'
  | 'organization'
  | 'identity';

export class DirectoryConflict extends Error {
  constructor(readonly on: ConflictOn) {
    super(`conflict on ${on}`);
    this.name = 'DirectoryConflict';
  }
}
