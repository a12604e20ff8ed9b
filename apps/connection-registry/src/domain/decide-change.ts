import { type ConnectionInput, type FederationProvider, isFederationConnection } from '@homerealm/contracts';
import type { InputProblem } from '@homerealm/domain';
import { about, type Connection, type Credential, type Decision, nextRevision, type SomeFields } from './connection.js';
import { authorityProblems, type EntraAuthority, fieldProblems } from './field-problems.js';
import { defaultIdentifier, federationProblems, lacksOwnKey } from './federation-rules.js';
import { keep, type MetadataPlan, planChangedMetadata, planProblems } from './metadata-plan.js';
import { mergedMapping } from './normalize-federation.js';
import { normalizeFields } from './normalize-fields.js';
import { omit } from './omit.js';
import { problem, type Reading } from './problems.js';
import { expiryProblems, secretProblems } from './secret-problems.js';
import { sortedJson } from './sorted-json.js';

/** Which tenant a connection is pinned to, and by which words it was found. */
export type Pin = { authority: string; entraDomain: string | null; tenantId: string | null; graphOrigin: string };

/** What the operator says, and which address of metadata is a tenant's own. */
export type ChangeContext = {
  authorities: readonly EntraAuthority[];
  tenantsMetadataUrl: (tenant: { authority: string; tenantId: string; clientId: string | null }) => string;
};

type Judged = { fields: SomeFields; plan: MetadataPlan; problems: InputProblem[] };

/** What a change leads to: only the fields that differ, with every problem of the body at once. */
export function judgeChange(
  connection: Connection,
  { value, problems: malformed }: Reading<ConnectionInput>,
  context: ChangeContext,
  now: Date,
): Judged {
  const { settings } = connection;
  const given = normalizeFields(value, settings.strategy);
  const federation = judgeFederation(connection, given.fields, value, { ...context, now });
  const problems = [
    ...malformed,
    ...immutableProblems(settings, { ...value, identityType: given.fields.identityType }),
    ...given.problems,
    ...authorityProblems(given.fields.authority, context.authorities),
    ...fieldProblems({ ...settings, ...given.fields }),
    ...federation.problems,
    ...secretProblems(value.clientSecret, 'clientSecret', settings.strategy),
    ...expiryProblems(value.clientSecretExpiresAt, 'clientSecretExpiresAt', now),
  ];
  return { fields: federation.fields, plan: federation.plan, problems };
}

/** What only federations have: parts of a mapping, a name of their own, and where their metadata comes from. */
function judgeFederation(
  { settings, credentials }: Connection,
  given: SomeFields,
  value: ConnectionInput,
  { tenantsMetadataUrl, now }: ChangeContext & { now: Date },
): Judged {
  if (!isFederationConnection(settings)) return { fields: differing(settings, given), plan: keep, problems: [] };
  const mapping = mergedMapping(settings.attributeMapping, value.attributeMapping);
  const whole = { ...given, ...(mapping && { attributeMapping: mapping }), ...ownName(settings, value) };
  const fields = differing(settings, whole);
  const { metadataXml } = value;
  const { tenantId, metadataUrl } = settings;
  const atTenant = tenantId !== null && metadataUrl === tenantsMetadataUrl({ ...settings, tenantId });
  const plan = planChangedMetadata(settings, { fields, given, metadataXml }, atTenant);
  const after = { ...settings, ...fields } as typeof settings;
  const hasSecret = typeof value.clientSecret === 'string' || credentials.some(({ kind }) => kind === 'client-secret');
  const locksOut = settings.state === 'enabled' && lacksOwnKey({ settings: after, credentials }, now);
  const problems = [
    ...federationProblems(after, value, hasSecret),
    ...planProblems(plan),
    ...(locksOut ? [problem('connection.certificate-required', 'credentials')] : []),
  ];
  return { fields: omit(fields, 'metadataUrl'), plan, problems };
}

/** Null takes the name by which the provider knows us back to the address of the connection. */
function ownName(settings: Connection['settings'], value: ConnectionInput): Pick<SomeFields, 'realm' | 'entityId'> {
  return {
    ...(value.realm === null && { realm: defaultIdentifier(settings) }),
    ...(value.entityId === null && { entityId: defaultIdentifier(settings) }),
  };
}

function immutableProblems(settings: Connection['settings'], value: ConnectionInput): InputProblem[] {
  const stored: ConnectionInput = { ...settings };
  const moved = (key: 'strategy' | 'connectionId' | 'identityType') =>
    value[key] !== undefined && value[key] !== stored[key];
  return [
    ...(moved('strategy') ? [problem('connection.strategy-immutable', 'strategy')] : []),
    ...(moved('identityType') ? [problem('connection.identity-type-immutable', 'identityType')] : []),
    ...(moved('connectionId') ? [problem('connection.id-immutable', 'connectionId')] : []),
  ];
}

function differing(settings: SomeFields, given: SomeFields): SomeFields {
  const isNew = ([key, value]: [string, unknown]) =>
    sortedJson(value) !== sortedJson(settings[key as keyof SomeFields]);
  return Object.fromEntries(Object.entries(given).filter(isNew));
}

/** The tenant must be looked up again when the authority or the domain becomes another. */
export const needsPin = (fields: SomeFields): boolean =>
  fields.authority !== undefined || fields.entraDomain !== undefined;

export type ChangeInput = {
  fields: SomeFields;
  /** The tenant as looked up for this change; undefined where it stays. */
  pin: Pin | undefined;
  /** A new secret takes the place of all stored ones. */
  secret: Credential | undefined;
  /** Of the newest secret; undefined where it stays. */
  secretExpiresAt: Date | null | undefined;
  /** What was read of a federation's provider for this change; undefined where it stays. */
  read?: ProviderReading | undefined;
};

export type ProviderReading = { metadataUrl: string | null; provider: FederationProvider };

/** Applies a judged change. Undefined when nothing differs: then there is no new revision and nothing to tell. */
export function decideChange(connection: Connection, input: ChangeInput, now: Date): Decision | undefined {
  const credentials = changedCredentials(connection.credentials, input);
  const pinned = input.pin && { tenantId: input.pin.tenantId, graphOrigin: input.pin.graphOrigin };
  const changed = [
    ...Object.keys(input.fields),
    ...(pinned && 'tenantId' in connection.settings && pinned.tenantId !== connection.settings.tenantId
      ? ['tenantId']
      : []),
    ...(input.secret ? ['clientSecret'] : credentials ? ['clientSecretExpiresAt'] : []),
    ...changedProvider(connection.settings, input.read),
  ];
  if (changed.length === 0) return undefined;
  const next = {
    ...nextRevision(connection, { ...input.fields, ...pinned, ...input.read }, now),
    credentials: credentials ?? connection.credentials,
  };
  return {
    connection: next,
    happened: { type: 'ConnectionChanged', data: { ...about(next), changed } },
    changed,
    credentialsChanged: credentials !== undefined,
  };
}

/** That it was read at another moment is no change. */
function changedProvider(settings: Connection['settings'], read: ProviderReading | undefined): string[] {
  if (read === undefined || !isFederationConnection(settings)) return [];
  return [
    ...(read.metadataUrl === settings.metadataUrl ? [] : ['metadataUrl']),
    ...(isSameProvider(read.provider, settings.provider) ? [] : ['provider']),
  ];
}

export const isSameProvider = (one: FederationProvider, other: FederationProvider): boolean =>
  sortedJson(omit(one, 'readAt')) === sortedJson(omit(other, 'readAt'));

function changedCredentials(
  stored: readonly Credential[],
  { secret, secretExpiresAt }: ChangeInput,
): readonly Credential[] | undefined {
  if (secret) return [...stored.filter(({ kind }) => kind !== 'client-secret'), secret];
  const newest = stored.findLast(({ kind }) => kind === 'client-secret');
  if (secretExpiresAt === undefined || newest?.expiresAt?.getTime() === secretExpiresAt?.getTime()) return undefined;
  return stored.map((credential) =>
    credential === newest ? { ...credential, expiresAt: secretExpiresAt } : credential,
  );
}
