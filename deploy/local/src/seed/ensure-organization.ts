import type { OrganizationResponse } from '@homerealm/contracts';
import type { AdminApi } from './admin-api.js';
import type { Company } from './companies.js';

type Page<T> = { items: T[]; next: string | null };

/** The company's organization, made when it is not there. */
export async function ensureOrganization(api: AdminApi, directory: string, company: Company): Promise<string> {
  const found = await findByExternalId(api, directory, company.externalId);
  if (found) return found;
  const created = await api.post<OrganizationResponse>(`${directory}/organizations`, {
    name: company.name,
    externalId: company.externalId,
    allowedDomains: [company.domain],
  });
  return created.organizationId;
}

async function findByExternalId(api: AdminApi, directory: string, externalId: string): Promise<string | undefined> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) }).toString();
    const page: Page<OrganizationResponse> = await api.get(`${directory}/organizations?${query}`);
    const found = page.items.find((organization) => organization.externalId === externalId);
    if (found) return found.organizationId;
    cursor = page.next;
  }
  return undefined;
}
