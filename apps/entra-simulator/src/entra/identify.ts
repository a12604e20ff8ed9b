import type { User } from '../directory/model.js';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { EntraError } from './errors.js';
import { signedInAccounts } from './sessions.js';
import type { Realm } from './tenant-segment.js';

type At = { exchange: Exchange; simulation: Simulation; realm: Realm };

/**
 * Who filled in the sign-in page: by a tile of an account that is signed in already, or by name and password.
 * @throws EntraError 50034, 50126, 50057
 */
export function identify({ exchange, simulation, realm }: At, typed: string): User {
  const tile = exchange.form.get('account');
  const picked = tile && signedInAccounts(exchange, simulation).find((user) => user.oid === tile);
  if (picked) return picked;
  const account = simulation.directory.findAccount(typed);
  if (!account) throw new EntraError(50034, { user: typed, tenant: realm.tenant?.displayName ?? realm.segment });
  if (account.password !== exchange.form.get('passwd')) throw new EntraError(50126);
  if (!account.enabled) throw new EntraError(50057);
  return account;
}
