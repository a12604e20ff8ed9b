import type { User } from '../directory/model.js';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { Session } from './session.js';

const cookie = 'SIMESTSAUTH';
const seconds = 24 * 3_600;

/** The browser's session, or none. */
export function sessionOf(exchange: Exchange, { sessions }: Simulation): Session | undefined {
  return sessions.get(exchange.cookies.get(cookie) ?? '');
}

/** The accounts that are signed in and still exist and may sign in. */
export function signedInAccounts(exchange: Exchange, simulation: Simulation): User[] {
  const oids = [...(sessionOf(exchange, simulation)?.accounts.keys() ?? [])];
  return oids.flatMap((oid) => simulation.directory.findUser(oid) ?? []).filter((user) => user.enabled);
}

/** Adds the account to the browser's session. @returns the session and the cookie that carries it */
export function signIn(
  account: User,
  exchange: Exchange,
  simulation: Simulation,
): { session: Session; cookie: string } {
  const session = sessionOf(exchange, simulation) ?? { id: '', accounts: new Map<string, number>(), apps: new Map() };
  session.accounts.set(account.oid, simulation.now());
  session.id ||= simulation.sessions.put(session, seconds);
  // None, not Lax: prompt=none is also asked from frames and by cross-site posts.
  return { session, cookie: `${cookie}=${session.id}; Path=/; HttpOnly; Secure; SameSite=None` };
}

/** Forgets the browser's session. @returns the cookie that clears it */
export function signOut(exchange: Exchange, { sessions }: Simulation): string {
  sessions.drop(exchange.cookies.get(cookie) ?? '');
  return `${cookie}=; Path=/; HttpOnly; Secure; SameSite=None; Max-Age=0`;
}
