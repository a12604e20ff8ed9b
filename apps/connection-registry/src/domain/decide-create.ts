import {
  type ConnectionInput,
  type ConnectionSettings,
  type EntraConnectionSettings,
  entraAttributeMapping,
  type FederationProvider,
} from '@homerealm/contracts';
import type { ConnectionId, InputProblem, Strategy } from '@homerealm/domain';
import {
  about,
  type Connection,
  type ConnectionFields,
  type Credential,
  type Decision,
  type SomeFields,
} from './connection.js';
import { authorityProblems, type EntraAuthority, fieldProblems } from './field-problems.js';
import { defaultIdentifier, federationProblems } from './federation-rules.js';
import { keep, type MetadataPlan, planNewMetadata, planProblems } from './metadata-plan.js';
import { mergedMapping } from './normalize-federation.js';
import { defaultsOf, normalizeFields } from './normalize-fields.js';
import type { Reading } from './problems.js';
import { expiryProblems, secretProblems } from './secret-problems.js';
import type { SocialIssuers } from './social-issuers.js';
import { isFederationStrategy } from './strategy-family.js';

/** What the operator says about providers. */
export type Upstreams = { authorities: readonly EntraAuthority[]; issuers: SocialIssuers };
type Judged = { fields: ConnectionFields; plan: MetadataPlan; problems: InputProblem[] };

/** Reads a new connection: its fields as they will be stored, and every problem of the body at once. */
export function judgeNewConnection(
  { value, problems: malformed }: Reading<ConnectionInput>,
  { authorities, issuers }: Upstreams,
  now: Date,
): Judged {
  // Without a strategy only what all have in common can be judged, and a connection to Google has no more.
  const strategy = value.strategy ?? 'google';
  const given = normalizeFields(value, strategy);
  const broken = new Set(malformed.map(({ field }) => field.split('.')[0]));
  const defaults = Object.entries(defaultsOf(strategy)).filter(([field]) => !broken.has(field));
  const fields: SomeFields = { ...Object.fromEntries(defaults), ...given.fields };
  const known: Partial<Record<Strategy, string>> = issuers;
  if (known[strategy] !== undefined) fields.issuer = known[strategy];
  if (isFederationStrategy(strategy) && fields.entraDomain === null && value.authority === undefined) {
    Object.assign(fields, anyAuthority(authorities, fields));
  }
  const federation = judgeFederation(strategy, fields, value, broken);
  const problems = [
    ...malformed,
    ...given.problems,
    ...federation.problems,
    ...authorityProblems(fields.authority, authorities),
    ...fieldProblems(fields),
    ...secretProblems(value.clientSecret, 'clientSecret', strategy),
    ...expiryProblems(value.clientSecretExpiresAt, 'clientSecretExpiresAt', now),
  ];
  return { fields: fields as ConnectionFields, plan: federation.plan, problems };
}

/** Who leads to no tenant asks no authority; one that is listed keeps the settings whole. */
function anyAuthority(
  [first, ...more]: readonly EntraAuthority[],
  { authority }: SomeFields,
): Pick<SomeFields, 'authority'> {
  const isListed = [first, ...more].some((one) => one?.origin === authority);
  return first === undefined || isListed ? {} : { authority: first.origin };
}

/** What only federations have: where their metadata comes from, and a mapping of which some names were given. */
function judgeFederation(
  strategy: Strategy,
  fields: SomeFields,
  value: ConnectionInput,
  broken: Set<string | undefined>,
) {
  if (!isFederationStrategy(strategy)) return { plan: keep, problems: [] };
  const mapping = mergedMapping(entraAttributeMapping, value.attributeMapping);
  if (mapping !== undefined) fields.attributeMapping = mapping;
  const plan = planNewMetadata(fields, value);
  const silent = ['metadataUrl', 'metadataXml', 'entraDomain'].some((field) => broken.has(field));
  const hasSecret = typeof value.clientSecret === 'string';
  const problems = [...federationProblems(fields, value, hasSecret), ...(silent ? [] : planProblems(plan))];
  return { plan, problems };
}

/** What a connection is from its first moment on, and what its tenant was found to be. */
export type NewIdentity = { strategy: Strategy; connectionId: ConnectionId; callbackUrl: string } & Partial<
  Pick<EntraConnectionSettings, 'graphOrigin'> & {
    tenantId: string | null;
    /** What was read of a federation's provider. */
    metadataUrl: string | null;
    provider: FederationProvider;
  }
>;

/** A new connection is a draft: nobody can sign in through it yet. */
export function decideCreate(
  fields: ConnectionFields,
  identity: NewIdentity,
  credential: Credential | undefined,
  now: Date,
): Decision {
  const known = { ...fields, ...identity, ...ownName(fields, identity) };
  const settings = { ...known, revision: 1, state: 'draft' } as ConnectionSettings;
  const connection: Connection = {
    settings,
    credentials: credential ? [credential] : [],
    enabling: null,
    proofs: [],
    createdAt: now,
    updatedAt: now,
  };
  return {
    connection,
    happened: { type: 'ConnectionCreated', data: about(connection) },
    changed: [...Object.keys(fields), ...(credential ? ['clientSecret'] : [])],
    credentialsChanged: true,
  };
}

/** By which name the provider knows us: an address of the connection's own, unless an admin gave another text. */
function ownName(fields: SomeFields, identity: NewIdentity): Pick<SomeFields, 'realm' | 'entityId'> {
  if (identity.strategy === 'entra-wsfed') return { realm: fields.realm ?? defaultIdentifier(identity) };
  if (identity.strategy === 'entra-saml') return { entityId: fields.entityId ?? defaultIdentifier(identity) };
  return {};
}
