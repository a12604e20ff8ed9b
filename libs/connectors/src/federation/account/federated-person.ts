import { entraClaimUris, type UpstreamAccountKey, type UpstreamClaims } from '@homerealm/domain';
import { Refusal, type CheckList } from '../../check-list.js';
import { guid } from '../../json.js';
import type { UpstreamSession } from '../../upstream-protocol.js';
import type { Asserted, AssertedName } from '../assertion/asserted.js';
import type { FederationConnection } from '../federation-connection.js';
import { readAssertedClaims, readAssertedGroups, singleValue, type AssertedGroups } from './asserted-claims.js';

/** The person an assertion is about, as far as it says so itself. */
export type FederatedPerson = {
  key: UpstreamAccountKey;
  guest?: boolean;
  claims: UpstreamClaims;
  /** Undefined where nobody asks for them. */
  groups: AssertedGroups | undefined;
  /** For sign-out at the provider. */
  session?: UpstreamSession;
};

/**
 * Reads whom an assertion is about. Where the connection speaks for a tenant, the person is known by tenant and object id,
 * the same as through any other door of it; everywhere else by the connection's own issuer and the name ID, so that
 * nobody can claim somebody of another connection.
 * @throws Refusal with the checks `upstream.tenant`, `upstream.subject`, `upstream.profile`, `upstream.groups`
 */
export function readFederatedPerson(
  connection: FederationConnection,
  asserted: Asserted,
  checks: CheckList,
): FederatedPerson {
  const { tenantId, attributeMapping, getUserGroups } = connection;
  const known = tenantId === null ? byName(connection, asserted) : byObject(tenantId, asserted, checks);
  checks.passed('upstream.subject', { kind: known.key.kind });
  const claims = readAssertedClaims(asserted, attributeMapping);
  checks.passed('upstream.profile', { email: claims.email === undefined ? 'absent' : 'not-said-to-be-verified' });
  const groups = getUserGroups ? readAssertedGroups(asserted, attributeMapping.groups) : undefined;
  return { ...known, claims, groups, ...sessionOf(asserted) };
}

type Known = Pick<FederatedPerson, 'key' | 'guest'>;

function byObject(tenantId: string, asserted: Asserted, checks: CheckList): Known {
  const named = singleValue(asserted, entraClaimUris.tenantId, 'upstream.tenant');
  if (named === undefined) throw new Refusal('upstream.tenant', 'upstream.tenant-missing');
  if (guid(named) !== tenantId.toLowerCase()) throw new Refusal('upstream.tenant', 'upstream.tenant-mismatch');
  checks.passed('upstream.tenant', { tenantId: tenantId.toLowerCase() });
  const objectId = guid(singleValue(asserted, entraClaimUris.objectId, 'upstream.subject'));
  if (objectId === undefined) throw new Refusal('upstream.subject', 'upstream.object-missing');
  const home = singleValue(asserted, entraClaimUris.identityProvider, 'upstream.subject');
  return {
    key: { kind: 'entra', tenantId: tenantId.toLowerCase(), objectId },
    ...(home === undefined ? {} : { guest: home !== asserted.issuer }),
  };
}

function byName({ accountIssuer }: FederationConnection, { name }: Asserted): Known {
  const subject = name && storable(name.value);
  if (name && isTransient(name)) throw new Refusal('upstream.subject', 'upstream.subject-transient');
  if (subject === undefined) throw new Refusal('upstream.subject', 'upstream.subject-missing');
  return { key: { kind: 'oidc', issuer: accountIssuer, subject } };
}

const isTransient = ({ format }: AssertedName): boolean => /:nameid-format:transient$/.test(format?.trim() ?? '');

/** Letter by letter as it stands there: trimmed or folded it could be somebody else's. */
const storable = (text: string): string | undefined =>
  text.length <= 512 && text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text) ? text : undefined;

/** Only as a whole: a name without its qualifiers is another one. */
function sessionOf({ name, sessionIndex }: Asserted): { session?: UpstreamSession } {
  if (!name || storable(name.value) === undefined) return {};
  const { value, format, nameQualifier, spNameQualifier } = name;
  const tooLong = [nameQualifier, spNameQualifier].some((text) => text !== undefined && text.length > 512);
  if (tooLong || (format?.length ?? 0) > 256 || (sessionIndex?.length ?? 0) > 256) return {};
  return {
    session: {
      nameId: value,
      ...(format === undefined ? {} : { nameIdFormat: format }),
      ...(nameQualifier === undefined ? {} : { nameQualifier }),
      ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
      ...(sessionIndex === undefined ? {} : { sessionIndex }),
    },
  };
}
