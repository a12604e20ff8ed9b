import type { ConnectionSettings } from '@homerealm/contracts';
import { isAddressOf } from '../leave-upstream.js';
import type { Departure } from './federation-messages.port.js';

/** The departure, if it leads to the connection's own provider: metadata must not turn us into an open redirect. */
export function trustedDeparture(settings: ConnectionSettings, departure: Departure): Departure | undefined {
  const address = 'form' in departure ? departure.form.action : departure.redirectTo;
  return isAddressOf(settings, address) ? departure : undefined;
}
