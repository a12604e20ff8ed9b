import type { Group, User } from '../directory/model.js';
import { spoilPage } from '../faults/graph.faults.js';
import { json, type Answer } from '../http/exchange.js';
import { denied, isAnswer, mayRead, subjectOf, type Call } from './caller.js';
import { graphError } from './errors.js';

const readers = ['GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'];
const pageSize = { usual: 100, most: 999 };
const groupType = 'microsoft.graph.group';
const tokenPrefix = 'RFNwdAIAAQAAAA';

/** `…/transitiveMemberOf`, with or without the cast to groups: in pages, ids only unless more is permitted. */
export function transitiveMemberOf(call: Call): Answer {
  const { exchange, simulation } = call;
  const user = subjectOf(call);
  if (isAnswer(user)) return user;
  if (!mayRead(call, user, ...readers)) return denied(exchange);
  const { cast } = exchange.path;
  if (cast !== undefined && cast !== groupType)
    return graphError(400, 'BadRequest', `The cast '${cast}' is not known.`, exchange);
  const size = readPageSize(exchange.url);
  const start = readSkipToken(exchange.url);
  if (size === undefined)
    return badRequest(call, 'The page size is not valid. It must be between 1 and 999 inclusive.');
  if (start === undefined) return badRequest(call, 'The $skiptoken is not valid.');
  return pageOf(call, user, start, size, simulation.origin);
}

function pageOf(call: Call, user: User, start: number, size: number, origin: string): Answer {
  const { exchange, simulation } = call;
  const groups = simulation.directory.groupsOf(user);
  const named = readers.some((permission) => call.caller.permissions.includes(permission));
  const select = exchange.url.searchParams.get('$select')?.split(',');
  const value = groups.slice(start, start + size).map((group) => toGraph(group, named, select));
  const after = (count: number) => next(exchange.url, start + count);
  const whole = { value, after, nextLink: start + size < groups.length ? after(size) : undefined };
  const page = spoilPage(whole, exchange, simulation);
  if (page === 'broken')
    return graphError(500, 'generalException', 'An error occurred while reading the page.', exchange);
  const context = `${origin}/v1.0/$metadata#${exchange.path.cast ? 'groups' : 'directoryObjects'}`;
  return json(200, {
    '@odata.context': select ? `${context}(${select.join(',')})` : context,
    ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
    value: page.value,
  });
}

/** Without a permission for groups, Graph gives their ids and leaves everything else null. */
function toGraph(group: Group, named: boolean, select: string[] | undefined): Record<string, unknown> {
  const { id, displayName, securityEnabled } = group;
  const shown = named ? { displayName, securityEnabled } : { displayName: null, securityEnabled: null };
  const whole: Record<string, unknown> = {
    id,
    description: null,
    mail: null,
    mailEnabled: named ? false : null,
    ...shown,
  };
  const names = select ?? Object.keys(whole);
  return { '@odata.type': `#${groupType}`, ...Object.fromEntries(names.map((name) => [name, whole[name] ?? null])) };
}

function readPageSize(url: URL): number | undefined {
  const top = url.searchParams.get('$top');
  const size = top === null ? pageSize.usual : Number(top);
  return Number.isInteger(size) && size >= 1 && size <= pageSize.most ? size : undefined;
}

function readSkipToken(url: URL): number | undefined {
  const token = url.searchParams.get('$skiptoken');
  if (token === null) return 0;
  const start = Number(Buffer.from(token.slice(tokenPrefix.length), 'base64url').toString('utf8'));
  return token.startsWith(tokenPrefix) && Number.isInteger(start) ? start : undefined;
}

function next(here: URL, start: number): string {
  const url = new URL(here);
  url.searchParams.delete('$skiptoken');
  const rest =
    url.searchParams.size > 0
      ? `${[...url.searchParams].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}&`
      : '';
  return `${url.origin}${url.pathname}?${rest}$skiptoken=${tokenPrefix}${Buffer.from(String(start)).toString('base64url')}`;
}

function badRequest({ exchange }: Call, message: string): Answer {
  return graphError(400, 'Request_UnsupportedQuery', message, exchange);
}
