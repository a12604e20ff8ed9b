import { consumersTenantId } from '../directory/directory.js';
import { jwksFaults, publish } from '../faults/published.faults.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { issuerOf, realmOf } from './tenant-segment.js';

/** `GET /{tenant}/discovery/v2.0/keys`: each key with the issuer it may sign for, no `alg`, as in Entra. */
export function publishedKeys(exchange: Exchange, simulation: Simulation): Answer {
  const realm = realmOf(exchange.path.tenant ?? '', simulation.directory);
  const app = exchange.url.searchParams.get('appid');
  if (app) exchange.clientId = app;
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  const issuer = issuerOf(simulation.origin, realm.tenant?.id);
  const keys = simulation.keys.publish(issuer, issuerOf(simulation.origin, consumersTenantId));
  return publish({ keys }, jwksFaults, exchange, simulation);
}
