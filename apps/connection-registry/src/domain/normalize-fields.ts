import type { ConnectionChange } from '@homerealm/contracts';
import { type InputProblem, normalizeDomainName } from '@homerealm/domain';
import type { ConnectionFields } from './connection.js';
import { omit } from './omit.js';
import { problem } from './problems.js';

/** What a field is when nobody sets it. */
export const fieldDefaults = {
  organizationId: null,
  authority: 'https://login.microsoftonline.com',
  useCommonEndpoint: false,
  allowedTenants: [],
  homeRealmDomains: [],
  alwaysShowButton: false,
  extendedProfile: false,
  getUserGroups: false,
  backgroundGroups: false,
  trustedProvider: false,
  trustScope: 'home-realm',
  syncProfile: 'inherit',
  createUsers: false,
  autoJoinOrganization: false,
  upstreamParams: {},
  enabledApplications: null,
} as const satisfies Partial<ConnectionFields>;

export type GivenFields = { fields: Partial<ConnectionFields>; problems: InputProblem[] };

/**
 * Brings the given fields into the form they are stored in. Null becomes the default; fields that are left out stay
 * out.
 */
export function normalizeFields(given: Partial<ConnectionChange>): GivenFields {
  const rest = omit(given, 'strategy', 'connectionId', 'clientSecret', 'clientSecretExpiresAt');
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  const fields: Partial<ConnectionFields> = Object.fromEntries(
    entries.map(([key, value]) => [key, value ?? fieldDefaults[key as keyof typeof fieldDefaults] ?? null]),
  );
  const problems = [...normalizeDomains(fields), ...normalizeEntraDomain(fields)];
  if (fields.clientId !== undefined) fields.clientId = fields.clientId.toLowerCase();
  if (fields.allowedTenants !== undefined) fields.allowedTenants = distinct(lowerCased(fields.allowedTenants));
  if (fields.enabledApplications) fields.enabledApplications = distinct(fields.enabledApplications);
  if (fields.authority !== undefined) fields.authority = originOf(fields.authority);
  return { fields, problems };
}

function normalizeDomains(fields: Partial<ConnectionFields>): InputProblem[] {
  if (fields.homeRealmDomains === undefined) return [];
  const normalized = fields.homeRealmDomains.map(normalizeDomainName);
  fields.homeRealmDomains = distinct(normalized.filter((domain) => domain !== undefined));
  return normalized.flatMap((domain, index) =>
    domain === undefined ? [problem('connection.domain-invalid', `homeRealmDomains.${index}`)] : [],
  );
}

function normalizeEntraDomain(fields: Partial<ConnectionFields>): InputProblem[] {
  if (fields.entraDomain === undefined) return [];
  const text = fields.entraDomain;
  const normalized = isGuid(text) ? text.toLowerCase() : normalizeDomainName(text);
  if (normalized === undefined) return [problem('connection.entra-domain-invalid', 'entraDomain')];
  fields.entraDomain = normalized;
  return [];
}

export const isGuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

const lowerCased = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());
const distinct = (texts: readonly string[]) => [...new Set(texts)];

/** `https://host` of an address that is nothing but an origin; any other text stays, to be refused by the list. */
function originOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  return url.href === `${url.origin}/` ? url.origin : address;
}
