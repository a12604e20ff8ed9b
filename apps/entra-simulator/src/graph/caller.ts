import type { User } from '../directory/model.js';
import { readGraphToken, type Caller } from '../entra/access-token.js';
import { graphFault } from '../faults/graph.faults.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { graphError } from './errors.js';

export type Call = { exchange: Exchange; simulation: Simulation; caller: Caller };
type Handler = (call: Call) => Answer | Promise<Answer>;

/** A Graph address: faults first, then a valid access token, then the work itself. */
export function graphAddress(handler: Handler) {
  return async (exchange: Exchange, simulation: Simulation): Promise<Answer> => {
    const caller = await readCaller(exchange, simulation);
    if ('refused' in caller) return unauthorized(exchange, caller.refused);
    exchange.tenantId = caller.tenantId;
    exchange.clientId = caller.app;
    return graphFault(exchange, simulation) ?? handler({ exchange, simulation, caller });
  };
}

async function readCaller(exchange: Exchange, simulation: Simulation): Promise<Caller | { refused: string }> {
  const token = /^Bearer\s+(\S+)$/i.exec(exchange.headers.authorization ?? '')?.[1];
  if (!token) return { refused: 'Access token is empty.' };
  if (token.split('.').length !== 3) return { refused: 'IDX14100: JWT is not well formed.' };
  return readGraphToken(token, simulation);
}

function unauthorized(exchange: Exchange, message: string): Answer {
  const challenge = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"';
  return graphError(401, 'InvalidAuthenticationToken', message, exchange, { 'www-authenticate': challenge });
}

/** The person an address is about: `me`, or a user of the caller's tenant by object id or user name. */
export function subjectOf({ exchange, simulation, caller }: Call): User | Answer {
  const { directory } = simulation;
  const id = exchange.path.user;
  if (id === undefined && caller.oid === undefined) {
    return graphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.', exchange);
  }
  const wanted = id ?? caller.oid ?? '';
  const byName = directory.listUsers().find((user) => user.userPrincipalName.toLowerCase() === wanted.toLowerCase());
  const user = directory.findUser(wanted) ?? byName;
  if (user?.tenantId === caller.tenantId) return user;
  const message = `Resource '${wanted}' does not exist or one of its queried reference-property objects are not present.`;
  return graphError(404, 'Request_ResourceNotFound', message, exchange);
}

export function isAnswer(found: User | Answer): found is Answer {
  return 'status' in found;
}

/** A delegated token for oneself needs User.Read; every other case needs one of these permissions. */
export function mayRead({ caller }: Call, user: User, ...permissions: string[]): boolean {
  const self = caller.oid === user.oid && caller.permissions.includes('User.Read');
  return self || permissions.some((permission) => caller.permissions.includes(permission));
}

export function denied(exchange: Exchange): Answer {
  return graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.', exchange);
}
