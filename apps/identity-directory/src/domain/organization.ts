import type { OrganizationId } from '@homerealm/domain';

/** A customer company. */
export type Organization = {
  organizationId: OrganizationId;
  /** 0 before the first save. */
  revision: number;
  name: string;
  /** The caller's own key for it, unique. */
  externalId: string | null;
  suspended: boolean;
  /** People with a proven email of an allowed domain become members when they sign in to it. */
  autoJoin: boolean;
  /** Normalized, without duplicates. */
  allowedDomains: string[];
  /** How long a sign-in to it serves applications; null: as long as each application lets it. */
  sessionSeconds: number | null;
  createdAt: string;
};
