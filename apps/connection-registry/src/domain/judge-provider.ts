import { type FederationCertificate, FederationProvider } from '@homerealm/contracts';
import { connectionErrors } from './connection.errors.js';

/** What a provider's metadata says. */
export type ProviderMetadata = Omit<FederationProvider, 'source' | 'readAt' | 'certificates'> & {
  certificates: readonly FederationCertificate[];
};

/** The settings that decide what metadata is worth. */
export type ProviderContext = {
  authority: string;
  entraDomain: string | null;
  tenantId: string | null;
  pinnedCertificates: readonly string[] | null;
  /** Whether pinned certificates may be gone from the metadata, as long as one is there: they are renewed one by one. */
  mayLackPinned: boolean;
};

/**
 * What is stored of a provider, from what its metadata says.
 *
 * Whose metadata came from the connection's own authority, in the path of the pinned tenant, and names that tenant,
 * speaks for it (A33, docs/decisions/0017-who-speaks-for-a-tenant.md). Everybody else's does not, whatever it claims.
 * @param url where it was read; null: it was pasted
 * @throws `connection.metadata-tenant-mismatch`, `connection.certificate-unknown`, `connection.metadata-invalid`
 */
export function judgeProvider(
  metadata: ProviderMetadata,
  url: string | null,
  context: ProviderContext,
  now: Date,
): FederationProvider {
  const source = url === null ? 'pasted' : sourceOf(url, metadata.entityId, context);
  if (source === 'authority') refuseElsewhere(metadata, context.authority);
  const certificates = pinned(metadata.certificates, context);
  const read = FederationProvider.safeParse({ ...metadata, certificates, source, readAt: now.toISOString() });
  if (!read.success) throw connectionErrors('connection.metadata-invalid');
  return read.data;
}

function sourceOf(url: string, entityId: string, { authority, entraDomain, tenantId }: ProviderContext) {
  const { origin, pathname } = new URL(url);
  if (tenantId === null || origin !== authority) return 'url';
  const path = pathname.toLowerCase();
  const isOfTenant = [tenantId, entraDomain].some(
    (tenant) => tenant !== null && path === `/${tenant}/federationmetadata/2007-06/federationmetadata.xml`,
  );
  if (!isOfTenant) return 'url';
  if (!namesTenant(entityId, tenantId))
    throw connectionErrors('connection.metadata-tenant-mismatch', {}, 'metadataUrl');
  return 'authority';
}

/** A tenant signs people in and out at its authority: so the connectors hold it, too, with what they read themselves. */
function refuseElsewhere({ signIn, signOut }: ProviderMetadata, authority: string): void {
  const isThere = [...signIn, ...signOut].every(({ url }) => new URL(url).origin === authority);
  if (!isThere) throw connectionErrors('connection.metadata-endpoint-refused', {}, 'metadataUrl');
}

/** Entra's entity IDs are `https://sts.windows.net/<tenant GUID>/`; the host is another one in other clouds. */
const namesTenant = (entityId: string, tenantId: string): boolean =>
  /^https:\/\/[^/?#@]+\/([0-9a-f-]{36})\/$/i.exec(entityId)?.[1]?.toLowerCase() === tenantId;

/** When they are typed each thumbprint must be there: a wrong one would lock everybody out at the next rollover. */
function pinned(
  certificates: readonly FederationCertificate[],
  { pinnedCertificates, mayLackPinned }: ProviderContext,
): readonly FederationCertificate[] {
  if (pinnedCertificates === null) return certificates;
  const found = certificates.filter(({ thumbprintSha256 }) => pinnedCertificates.includes(thumbprintSha256));
  if (found.length >= (mayLackPinned ? 1 : pinnedCertificates.length)) return found;
  throw connectionErrors('connection.certificate-unknown', {}, 'pinnedCertificates');
}
