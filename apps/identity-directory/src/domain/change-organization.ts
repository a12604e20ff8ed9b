import type { Happened } from './happened.js';
import type { Organization } from './organization.js';

export type OrganizationSettings = Pick<
  Organization,
  'name' | 'externalId' | 'suspended' | 'autoJoin' | 'allowedDomains' | 'sessionSeconds'
>;

/** Applies new settings. Suspension is told by an event of its own; everything else by the names of what changed. */
export function changeOrganization(
  organization: Organization,
  settings: Partial<OrganizationSettings>,
): { after: Organization; happened: Happened[] } {
  const { organizationId } = organization;
  const after: Organization = {
    ...organization,
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
  };
  const changed = (['name', 'externalId', 'autoJoin', 'allowedDomains', 'sessionSeconds'] as const).filter(
    (key) => JSON.stringify(after[key]) !== JSON.stringify(organization[key]),
  );
  const happened: Happened[] = [];
  if (changed.length > 0) happened.push({ type: 'OrganizationChanged', data: { organizationId, changed } });
  if (after.suspended !== organization.suspended) {
    const type = after.suspended ? 'OrganizationSuspended' : 'OrganizationReactivated';
    happened.push({ type, data: { organizationId } });
  }
  return { after, happened };
}
