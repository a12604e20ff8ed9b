import type { ConnectionInput } from '@homerealm/contracts';
import { type InputProblem, normalizeDomainName, type Strategy, isUrl } from '@homerealm/domain';
import type { SomeFields } from './connection.js';
import { omit } from './omit.js';
import { federationDefaults, normalizeFederation } from './normalize-federation.js';
import { problem } from './problems.js';
import { normalizeIssuer } from './social-issuers.js';
import { isEntraStrategy, isFederationStrategy } from './strategy-family.js';

const sharedDefaults = {
  organizationId: null,
  homeRealmDomains: [],
  alwaysShowButton: false,
  trustScope: 'home-realm',
  syncProfile: 'inherit',
  createUsers: false,
  autoJoinOrganization: false,
  upstreamParams: {},
  enabledApplications: null,
} as const satisfies SomeFields;

/** What a field of a connection to Entra is when nobody sets it. */
export const fieldDefaults = {
  ...sharedDefaults,
  authority: 'https://login.microsoftonline.com',
  useCommonEndpoint: false,
  allowedTenants: [],
  extendedProfile: false,
  getUserGroups: false,
  backgroundGroups: false,
  trustedProvider: false,
} as const satisfies SomeFields;

/** What a field is when nobody sets it. Google answers for the addresses it says are verified. */
export function defaultsOf(strategy: Strategy): SomeFields {
  if (isFederationStrategy(strategy)) return { ...sharedDefaults, ...federationDefaults(strategy) };
  if (isEntraStrategy(strategy)) return fieldDefaults;
  return { ...sharedDefaults, trustedProvider: strategy === 'google', identityType: 'social' };
}

export type GivenFields = { fields: SomeFields; problems: InputProblem[] };

/**
 * Brings the given fields into the form they are stored in. Null becomes the default; fields that are left out stay
 * out.
 */
export function normalizeFields(given: ConnectionInput, strategy: Strategy): GivenFields {
  const rest = omit(given, 'strategy', 'connectionId', 'clientSecret', 'clientSecretExpiresAt', 'metadataXml');
  const defaults = defaultsOf(strategy);
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  const fields: SomeFields = Object.fromEntries(
    entries.map(([key, value]) => [key, value ?? defaults[key as keyof SomeFields] ?? null]),
  );
  const problems = [
    ...normalizeDomains(fields),
    ...normalizeEntraDomain(fields),
    ...normalizeGivenIssuer(fields),
    ...normalizeFederation(fields),
  ];
  const entra = isEntraStrategy(strategy);
  if (entra && fields.clientId) fields.clientId = fields.clientId.toLowerCase();
  if (fields.allowedTenants !== undefined) fields.allowedTenants = distinct(lowerCased(fields.allowedTenants));
  if (fields.enabledApplications) fields.enabledApplications = distinct(fields.enabledApplications);
  if (fields.authority !== undefined) fields.authority = originOf(fields.authority);
  return { fields, problems };
}

function normalizeDomains(fields: SomeFields): InputProblem[] {
  if (fields.homeRealmDomains === undefined) return [];
  const normalized = fields.homeRealmDomains.map(normalizeDomainName);
  fields.homeRealmDomains = distinct(normalized.filter((domain) => domain !== undefined));
  return normalized.flatMap((domain, index) =>
    domain === undefined ? [problem('connection.domain-invalid', `homeRealmDomains.${index}`)] : [],
  );
}

function normalizeEntraDomain(fields: SomeFields): InputProblem[] {
  if (fields.entraDomain === undefined || fields.entraDomain === null) return [];
  const text = fields.entraDomain;
  const normalized = isGuid(text) ? text.toLowerCase() : normalizeDomainName(text);
  if (normalized === undefined) return [problem('connection.entra-domain-invalid', 'entraDomain')];
  fields.entraDomain = normalized;
  return [];
}

function normalizeGivenIssuer(fields: SomeFields): InputProblem[] {
  if (fields.issuer === undefined) return [];
  const normalized = normalizeIssuer(fields.issuer);
  if (normalized === undefined) return [problem('connection.issuer-invalid', 'issuer')];
  fields.issuer = normalized;
  return [];
}

export const isGuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

const lowerCased = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());
const distinct = (texts: readonly string[]) => [...new Set(texts)];

/** `https://host` of an address that is nothing but an origin; any other text stays, to be refused by the list. */
function originOf(address: string): string {
  if (!isUrl(address)) return address;
  const url = new URL(address);
  return url.href === `${url.origin}/` ? url.origin : address;
}
