import type { UpstreamClaims } from '@homerealm/domain';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { guid, isObject, own, ownText, type JsonObject } from '../json.js';
import { askGraph, GraphFailure, parseGraphJson, type GraphAccess } from './ask-graph.js';

/** Fields of the extended profile that the permission User.Read lets a person read about themselves. */
export const extendedProfileFields = [
  'displayName',
  'givenName',
  'surname',
  'mail',
  'otherMails',
  'userPrincipalName',
  'jobTitle',
  'department',
  'companyName',
  'officeLocation',
  'employeeId',
  'employeeType',
  'mobilePhone',
  'businessPhones',
  'preferredLanguage',
  'streetAddress',
  'city',
  'state',
  'postalCode',
  'country',
  'usageLocation',
  'accountEnabled',
] as const;

export type ExtendedProfile = NonNullable<UpstreamClaims['extra']>;
export type OfMe = GraphAccess & { graphOrigin: string; objectId: string };

/**
 * The extended profile of the person whose token it is; fields without a value are left out.
 * @throws GraphFailure, also when the answer is about somebody else
 */
export async function readProfileOfMe(http: UpstreamHttp, { graphOrigin, objectId, ...access }: OfMe) {
  const url = `${graphOrigin}/v1.0/me?$select=id,${extendedProfileFields.join(',')}`;
  const person = parseGraphJson((await askGraph(http, url, access)).bytes);
  if (!isObject(person)) throw new GraphFailure('graph-unreadable');
  if (guid(own(person, 'id')) !== objectId) throw new GraphFailure('graph-other-person');
  const profile: ExtendedProfile = {};
  for (const field of extendedProfileFields) {
    const value = readField(person, field);
    if (value !== undefined) profile[field] = value;
  }
  return profile;
}

function readField(person: JsonObject, field: string): ExtendedProfile[string] | undefined {
  const value = own(person, field);
  if (typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return ownText(person, field, 2_048);
  const texts = value.slice(0, 200).flatMap((text: unknown) => ownText({ text }, 'text', 512) ?? []);
  return texts.length > 0 ? texts : undefined;
}
