import { isUrl } from '@homerealm/domain';
import { Refusal } from '../check-list.js';
import { isObject, own } from '../json.js';

/** What we take from a provider's metadata document. Everything else in it is ignored. */
export type ProviderMetadata = {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  jwksUri: string;
};

/** Where a provider's metadata is, and whom it must speak for. */
export type ProviderPlace = {
  /** Origin of the sign-in host. */
  authority: string;
  /** `common`, or the tenant's GUID. */
  segment: string;
};

export const tenantTemplate = '{tenantid}';

export function placeOf(connection: {
  authority: string;
  useCommonEndpoint: boolean;
  tenantId: string;
}): ProviderPlace {
  const { authority, useCommonEndpoint, tenantId } = connection;
  return { authority, segment: useCommonEndpoint ? 'common' : tenantId.toLowerCase() };
}

export function metadataUrl({ authority, segment }: ProviderPlace): string {
  return `${authority}/${segment}/v2.0/.well-known/openid-configuration`;
}

/** The issuer an authority's tenant has in v2 tokens; a template when the tenant is not known before. */
export function issuerOf({ authority, segment }: ProviderPlace): string {
  return `${authority}/${segment === 'common' ? tenantTemplate : segment}/v2.0`;
}

/**
 * Reads a metadata document. Its issuer is compared with the authority and tenant that *we* configured: a document
 * that agrees with a token on somebody else is refused.
 */
export function readMetadata(place: ProviderPlace, document: unknown): ProviderMetadata {
  if (!isObject(document))
    throw new Refusal('upstream.metadata', 'upstream.metadata-invalid', { problem: 'not-an-object' });
  const issuer = own(document, 'issuer');
  if (typeof issuer !== 'string' || issuer.toLowerCase() !== issuerOf(place).toLowerCase()) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-issuer-mismatch', { expected: issuerOf(place) });
  }
  return {
    issuer: issuerOf(place),
    authorizationEndpoint: endpoint(place, document, 'authorization_endpoint'),
    tokenEndpoint: endpoint(place, document, 'token_endpoint'),
    jwksUri: endpoint(place, document, 'jwks_uri'),
  };
}

/** `URL.origin` hides userinfo, so that is looked at by itself. */
function endpoint({ authority }: ProviderPlace, document: Parameters<typeof own>[0], name: string): string {
  const text = own(document, name);
  if (typeof text !== 'string' || text.length > 2048 || !isUrl(text)) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-invalid', { problem: 'endpoint', field: name });
  }
  const url = new URL(text);
  const ours = url.origin === authority && url.protocol === 'https:';
  if (!ours || url.username !== '' || url.password !== '' || text.includes('#')) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-endpoint-refused', { field: name });
  }
  return url.href;
}
