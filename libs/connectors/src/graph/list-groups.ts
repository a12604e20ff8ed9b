import { isUrl } from '@homerealm/domain';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { guid, isObject, own, type JsonObject } from '../json.js';
import { askGraph, GraphFailure, parseGraphJson, type GraphAccess } from './ask-graph.js';

/** Graph's largest page; a person in more groups than 100 such pages does not exist in Entra. */
const pageSize = 999;
const mostPages = 100;
const groupType = '#microsoft.graph.group';

/** Whose groups: `me`, the person of the access token, or a person by object id. */
export type GroupsOf = { graphOrigin: string; who: 'me' | { objectId: string }; objectId?: string };

/**
 * Every group a person is in, nested ones included: object ids, sorted, without duplicates. All pages or none.
 * @throws GraphFailure when any page could not be read, or led away from the list
 */
export async function listGroups(http: UpstreamHttp, of: GroupsOf, access: GraphAccess): Promise<string[]> {
  const who = of.who === 'me' ? 'me' : `users/${encodeURIComponent(of.who.objectId)}`;
  const list = `${of.graphOrigin}/v1.0/${who}/transitiveMemberOf`;
  const groups = new Set<string>();
  const seen = new Set<string>();
  let url: string | undefined = `${list}/microsoft.graph.group?$select=id&$top=${pageSize}`;
  while (url !== undefined) {
    if (seen.has(url)) throw new GraphFailure('graph-page-loop');
    if (seen.size >= mostPages) throw new GraphFailure('graph-too-many-pages');
    seen.add(url);
    const page = parseGraphJson((await askGraph(http, url, access, { advanced: true })).bytes);
    if (!isObject(page)) throw new GraphFailure('graph-unreadable');
    for (const id of groupIds(page)) groups.add(id);
    url = nextPage(page, of);
  }
  return [...groups].sort();
}

function groupIds(page: JsonObject): string[] {
  const value = own(page, 'value');
  if (!Array.isArray(value)) throw new GraphFailure('graph-unreadable');
  return value.filter(isGroup).map((item: unknown) => {
    const id = isObject(item) ? guid(own(item, 'id')) : undefined;
    if (id === undefined) throw new GraphFailure('graph-unreadable');
    return id;
  });
}

/** The address asks for groups only; a Graph that lists roles and units too says so in the type. */
function isGroup(item: unknown): boolean {
  const type = isObject(item) ? own(item, '@odata.type') : undefined;
  return type === undefined || type === groupType;
}

/** Followed only within the same list of the same person: Graph may write `me` as the person's id. */
function nextPage(page: JsonObject, { graphOrigin, who, objectId }: GroupsOf): string | undefined {
  const link = own(page, '@odata.nextLink');
  if (link === undefined || link === null) return undefined;
  if (typeof link !== 'string' || link.length > 8_192 || !isUrl(link)) throw new GraphFailure('graph-page-foreign');
  const url = new URL(link);
  const id = who === 'me' ? objectId : who.objectId;
  const people = [
    ...(who === 'me' ? ['me'] : []),
    ...(id ? [`users/${id}`, `users('${id}')`, `users(%27${id}%27)`] : []),
  ];
  const path = url.pathname.toLowerCase();
  const within = people
    .map((person) => `/v1.0/${person}/transitiveMemberOf`.toLowerCase())
    .some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (url.origin !== graphOrigin || url.username !== '' || url.password !== '' || url.hash !== '' || !within) {
    throw new GraphFailure('graph-page-foreign');
  }
  return url.href;
}
