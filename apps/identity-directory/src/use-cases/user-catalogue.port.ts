import type { OrganizationId, UserId } from '@homerealm/domain';
import type { Organization } from '../domain/organization.js';
import type { User, UserStatus } from '../domain/user.js';

export type UserQuery = {
  limit: number;
  /** Users after this id. */
  cursor?: string | undefined;
  /** Any identity with this address, ignoring case. */
  email?: string | undefined;
  /** Beginning of a name or an address. */
  q?: string | undefined;
  organizationId?: OrganizationId | undefined;
  status?: UserStatus | undefined;
};

/** Looking through users; every filter is answered by an index. */
export abstract class UserCatalogue {
  /** Up to `limit + 1` users in the order of their ids; the one too many says that there are more. */
  abstract list(query: UserQuery): Promise<User[]>;

  abstract organizationsOf(userId: UserId): Promise<Organization[]>;
}
