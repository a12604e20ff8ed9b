import { json, type Answer } from '../http/exchange.js';
import { denied, isAnswer, mayRead, subjectOf, type Call } from './caller.js';
import { graphError } from './errors.js';

const most = 11_000;

/** `POST …/getMemberObjects` and `…/getMemberGroups`: all ids at once, up to 11,000 of them. */
export function memberIds(call: Call): Answer {
  const { exchange, simulation } = call;
  const user = subjectOf(call);
  if (isAnswer(user)) return user;
  if (!mayRead(call, user, 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All')) return denied(exchange);
  const securityOnly = readSecurityOnly(exchange.body);
  if (securityOnly === undefined) {
    return graphError(400, 'BadRequest', 'The property securityEnabledOnly is missing or is not a boolean.', exchange);
  }
  const groups = simulation.directory.groupsOf(user).filter((group) => !securityOnly || group.securityEnabled);
  if (groups.length > most) {
    const message = 'The requested number of results is larger than can be returned at once.';
    return graphError(400, 'Directory_ResultSizeLimitExceeded', message, exchange);
  }
  const context = `${simulation.origin}/v1.0/$metadata#Collection(Edm.String)`;
  return json(200, { '@odata.context': context, value: groups.map((group) => group.id) });
}

function readSecurityOnly(body: string): boolean | undefined {
  try {
    const asked: unknown = JSON.parse(body);
    const value =
      typeof asked === 'object' && asked !== null ? (asked as Record<string, unknown>).securityEnabledOnly : null;
    return typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}
