import { EntraError } from '../entra/errors.js';
import { realmOf, requireAppIn } from '../entra/tenant-segment.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { requireReplyUrl } from './request.js';
import { proceedFederated } from './sign-in.js';

/**
 * `GET /{tenant}/signin/{clientId}?protocol=saml|wsfed`: as a tile in My Apps, an answer that no application asked for.
 * @throws EntraError when the app has no identifier, or no reply address
 */
export function startAtProvider(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const realm = realmOf(exchange.path.tenant ?? '', simulation.directory);
  const app = requireAppIn(realm, exchange.path.app ?? '', simulation.directory);
  const [identifier] = app.identifierUris;
  if (!identifier) throw new EntraError(700016, { app: app.clientId, tenant: realm.segment });
  exchange.clientId = app.clientId;
  exchange.tenantSegment = realm.segment;
  const { searchParams } = exchange.url;
  const request = {
    door: searchParams.get('protocol') === 'wsfed' ? ('wsfed' as const) : ('saml' as const),
    ...{ voice: 'entra' as const, clientId: app.clientId, identifier, passive: false },
    replyUrl: requireReplyUrl(app, searchParams.get('reply')),
    context: searchParams.get('RelayState') ?? undefined,
    loginHint: searchParams.get('login_hint') ?? undefined,
  };
  return proceedFederated({ request, realm, app, exchange, simulation });
}
