import type { Organization } from '../domain/organization.js';

export type OrganizationRow = {
  organization_id: string;
  revision: number;
  name: string;
  external_id: string | null;
  suspended: boolean;
  auto_join: boolean;
  allowed_domains: string[];
  session_seconds: number | null;
  created_at: string | Date;
};

export const toOrganization = (row: OrganizationRow): Organization => ({
  organizationId: row.organization_id as Organization['organizationId'],
  revision: row.revision,
  name: row.name,
  externalId: row.external_id,
  suspended: row.suspended,
  autoJoin: row.auto_join,
  allowedDomains: row.allowed_domains,
  sessionSeconds: row.session_seconds,
  createdAt: new Date(row.created_at).toISOString(),
});
