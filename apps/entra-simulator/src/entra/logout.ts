import { endSession } from '../federation/sign-out.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { realmOf } from './tenant-segment.js';

/** `GET|POST /{tenant}/oauth2/v2.0/logout`: ends the browser's session; goes on only to an address some app registered. */
export function logout(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const fields = exchange.method === 'POST' ? exchange.form : exchange.url.searchParams;
  exchange.tenantSegment = realmOf(exchange.path.tenant ?? '', simulation.directory).segment;
  const state = fields.get('state');
  return endSession(exchange, simulation, {
    wanted: fields.get('post_logout_redirect_uri'),
    ...(state ? { state } : {}),
  });
}
