import type { OrganizationId, UserId } from '@homerealm/domain';
import type { Happened } from '../domain/happened.js';
import type { Organization } from '../domain/organization.js';

export type OrganizationQuery = { limit: number; cursor?: string | undefined; externalId?: string | undefined };
export type Member = { organizationId: OrganizationId; userId: UserId; by: string; joinedAt: string };

/** Customer companies, and who belongs to them. */
export abstract class Organizations {
  abstract find(organizationId: OrganizationId): Promise<Organization | null>;

  /** Up to `limit + 1`, in the order of their ids. */
  abstract list(query: OrganizationQuery): Promise<Organization[]>;

  /**
   * Stores a new or changed organization with its events, if it is still as loaded.
   * @throws OrganizationConflict
   */
  abstract save(before: Organization | null, after: Organization, happened: readonly Happened[]): Promise<void>;

  /** Up to `limit + 1`, in the order of user ids. */
  abstract members(organizationId: OrganizationId, limit: number, cursor?: string): Promise<Member[]>;
}

export class OrganizationConflict extends Error {
  constructor(readonly on: 'revision' | 'external-id') {
    super(`conflict on ${on}`);
    this.name = 'OrganizationConflict';
  }
}
