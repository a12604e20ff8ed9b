import { type AttributeMapping, type ConnectionInput, entraAttributeMapping } from '@homerealm/contracts';
import { type InputProblem, isUrl, type Strategy } from '@homerealm/domain';
import type { SomeFields } from './connection.js';
import { problem } from './problems.js';

/** What a field of a WS-Federation or SAML connection is when nobody sets it; what is read or derived stands elsewhere. */
const sharedDefaults = {
  clientId: null,
  entraDomain: null,
  authority: 'https://login.microsoftonline.com',
  metadataUrl: null,
  pinnedCertificates: null,
  attributeMapping: entraAttributeMapping,
  getUserGroups: false,
  backgroundGroups: false,
  singleLogout: false,
  providerInitiatedApplication: null,
  trustedProvider: false,
} as const satisfies SomeFields;

const samlDefaults = {
  signInUrl: null,
  nameIdFormat: 'any',
  signRequests: false,
  assertionEncryption: 'none',
} as const satisfies SomeFields;

export const federationDefaults = (strategy: Strategy): SomeFields =>
  strategy === 'entra-saml' ? { ...sharedDefaults, ...samlDefaults } : sharedDefaults;

/** Brings what only federations have into the form it is stored in. The fields are changed in place. */
export function normalizeFederation(fields: SomeFields): InputProblem[] {
  if (fields.pinnedCertificates) {
    fields.pinnedCertificates = [...new Set(fields.pinnedCertificates.map(normalizeThumbprint))];
  }
  return [
    ...normalizeAddress(fields, 'metadataUrl', 'connection.metadata-url-invalid'),
    ...normalizeAddress(fields, 'signInUrl', 'connection.sign-in-url-invalid'),
  ];
}

/** Admins copy thumbprints in either case, with colons or without. */
const normalizeThumbprint = (text: string): string => text.replaceAll(':', '').toUpperCase();

function normalizeAddress(
  fields: SomeFields,
  field: 'metadataUrl' | 'signInUrl',
  code: 'connection.metadata-url-invalid' | 'connection.sign-in-url-invalid',
): InputProblem[] {
  const text = fields[field];
  if (text === undefined || text === null) return [];
  const url = isUrl(text) ? new URL(text) : undefined;
  const usable = url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
  if (!url || !usable) return [problem(code, field)];
  fields[field] = url.href;
  return [];
}

/** A mapping of which some names were given: the others stay what they are. Null takes all back to Entra's. */
export function mergedMapping(
  before: AttributeMapping,
  given: ConnectionInput['attributeMapping'],
): AttributeMapping | undefined {
  if (given === undefined) return undefined;
  return given === null ? entraAttributeMapping : { ...before, ...given };
}
