import type { UpstreamSignIn, SignInResponse } from '@homerealm/contracts';
import type { UserId } from '@homerealm/domain';
import type { Known } from '../domain/decide-sign-in.js';
import type { Happened } from '../domain/happened.js';
import type { User } from '../domain/user.js';

/** What a sign-in could concern, and the answer this attempt got before, if it got one. */
export type Concerned = Known & { answered: { sameRequest: boolean; response: SignInResponse } | null };

/** A user as loaded and as they shall be (null: not yet there, no longer there), and what happened in between. */
export type UserChange = {
  before: User | null;
  after: User | null;
  happened: readonly Happened[];
  /** The sign-in this change answers. */
  answered?: { request: UpstreamSignIn; response: SignInResponse };
};

/** Users as wholes. Every call is one transaction; events and state travel with the change they tell about. */
export abstract class Directory {
  /** All users a sign-in could concern, by indexed lookups in one round trip. */
  abstract concernedBy(request: UpstreamSignIn): Promise<Concerned>;

  abstract find(userId: UserId): Promise<User | null>;

  /**
   * Stores the change if the user is still as loaded.
   * @throws DirectoryConflict when somebody was faster, or something unique is taken; nothing is stored then
   */
  abstract save(change: UserChange): Promise<void>;

  /** Keeps the answer to a sign-in that changed no user. @throws DirectoryConflict when the attempt has one */
  abstract keepAnswer(request: UpstreamSignIn, response: SignInResponse): Promise<void>;
}

/** What a save ran into. `revision`: the user was changed meanwhile; the others: something unique is taken. */
export type ConflictOn =
  'revision' | 'attempt' | 'account' | 'verified-email' | 'pending' | 'organization' | 'identity';

export class DirectoryConflict extends Error {
  constructor(readonly on: ConflictOn) {
    super(`conflict on ${on}`);
    this.name = 'DirectoryConflict';
  }
}
