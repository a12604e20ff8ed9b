import { consumersTenantId } from '../directory/directory.js';
import { optionalClaimNames } from '../directory/model.js';
import { metadataFaults, publish } from '../faults/published.faults.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { issuerOf, realmOf, type Realm } from './tenant-segment.js';

/** `GET /{tenant}/v2.0/.well-known/openid-configuration`; as Entra's it does not say that PKCE is supported. */
export function discovery(exchange: Exchange, simulation: Simulation): Answer {
  const realm = realmOf(exchange.path.tenant ?? '', simulation.directory);
  const app = exchange.url.searchParams.get('appid');
  if (app) exchange.clientId = app;
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  return publish(discoveryDocument(realm, simulation.origin, app), metadataFaults, exchange, simulation);
}

function discoveryDocument(realm: Realm, origin: string, app: string | null): Record<string, unknown> {
  const base = `${origin}/${realm.segment}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys${app ? `?appid=${encodeURIComponent(app)}` : ''}`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: issuerOf(origin, realm.kind === 'consumers' ? consumersTenantId : realm.tenant?.id),
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: [...alwaysThere, ...optionalClaimNames],
    tenant_region_scope: realm.tenant ? 'EU' : null,
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: new URL(origin).host,
  };
}

const alwaysThere = [
  'sub',
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'nonce',
  'name',
  'preferred_username',
  'oid',
  'tid',
  'ver',
];
