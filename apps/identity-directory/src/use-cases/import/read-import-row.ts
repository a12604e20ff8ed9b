import { CreateUserRequest, ProvidedId } from '@homerealm/contracts';
import type { IdentityId, OrganizationId } from '@homerealm/domain';
import {
  rowProblem,
  type ImportCells,
  type ImportColumn,
  type NamedConnection,
  type RowProblem,
  type WantedUser,
} from '../../domain/import/import-row.js';
import { newIdentity } from '../new-identity.js';

/** What the names in some rows stand for. */
export type References = {
  /** By name in lower case. */
  connections: ReadonlyMap<string, NamedConnection>;
  /** By id and by external id. */
  organizations: ReadonlyMap<string, OrganizationId>;
  /** Of rows that name no connection. */
  connection: NamedConnection | null;
};

/** Made once: to make a schema takes much longer than to use it. */
const optionalProvidedId = ProvidedId.optional();

type Read<T> = { value: T; problem?: undefined } | { value?: undefined; problem: RowProblem };

/** A row as the request of the admin API it stands for, checked by the same schema. */
export function readImportRow(
  cells: ImportCells,
  references: References,
  newIdentityId: () => IdentityId,
): Read<WantedUser> {
  const connection = connectionOf(cells, references);
  if (connection.problem) return connection;
  const identities = identitiesOf(cells, connection.value);
  if (identities.problem) return identities;
  const organization = cells.organization?.trim();
  const organizationId = organization === undefined ? null : (references.organizations.get(organization) ?? undefined);
  if (organizationId === undefined) return problem('import.organization-not-found', 'organization');
  const providedId = optionalProvidedId.safeParse(cells.provided_id);
  if (!providedId.success) return problem('import.invalid-value', 'provided_id');

  const { given_name: givenName, family_name: familyName, picture } = cells;
  const request = CreateUserRequest.safeParse({ profile: { givenName, familyName, picture }, ...identities.value });
  if (!request.success) return { problem: toProblem(request.error.issues[0], identities.value.identities) };
  return {
    value: {
      providedId: providedId.data ?? null,
      profile: given(request.data.profile),
      identities: request.data.identities.map((wanted) => newIdentity(newIdentityId(), wanted)),
      organizationId,
      tenantId: connection.value?.tenantId ?? null,
    },
  };
}

/** Null for a user of this directory. */
function connectionOf(cells: ImportCells, { connections, connection }: References): Read<NamedConnection | null> {
  const name = cells.connection?.trim().toLowerCase();
  const found = name === undefined ? connection : (connections.get(name) ?? undefined);
  if (found === undefined) return problem('import.connection-not-found', 'connection');
  if (found && found.identityType !== 'enterprise') return problem('import.connection-not-enterprise', 'connection');
  if (cells.entra_object_id !== undefined && !found?.tenantId)
    return problem('import.object-id-not-entra', 'entra_object_id');
  return { value: found };
}

type WantedIdentity = { type: string; [field: string]: unknown };

function identitiesOf(cells: ImportCells, connection: NamedConnection | null): Read<{ identities: WantedIdentity[] }> {
  const { email, phone, username } = cells;
  const identities: WantedIdentity[] = [];
  const emailVerified = flagOf(cells.email_verified);
  if (emailVerified === undefined) return problem('import.invalid-value', 'email_verified');
  const phoneVerified = flagOf(cells.phone_verified);
  if (phoneVerified === undefined) return problem('import.invalid-value', 'phone_verified');
  if (email === undefined && (connection !== null || phone === undefined))
    return problem('import.no-identity', connection ? 'email' : null);
  if (connection) {
    const objectId = cells.entra_object_id?.trim();
    identities.push({ type: 'enterprise', connectionId: connection.connectionId, email, objectId });
  } else if (email !== undefined) identities.push({ type: 'email', email, verified: emailVerified });
  if (phone !== undefined) identities.push({ type: 'phone', phone, verified: phoneVerified });
  if (username !== undefined) identities.push({ type: 'username', username });
  return { value: { identities } };
}

function flagOf(text = 'false'): boolean | undefined {
  if (/^\s*(true|yes|1)\s*$/i.test(text)) return true;
  return /^\s*(false|no|0)?\s*$/i.test(text) ? false : undefined;
}

function given(profile: CreateUserRequest['profile']): WantedUser['profile'] {
  const entries = Object.entries(profile).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

const fields: Record<string, ImportColumn> = {
  givenName: 'given_name',
  familyName: 'family_name',
  picture: 'picture',
  email: 'email',
  phone: 'phone',
  username: 'username',
  objectId: 'entra_object_id',
};

/** The schema's sentence is about the rule; it never holds the value. */
function toProblem(
  issue: { path: PropertyKey[]; message: string } | undefined,
  identities: readonly WantedIdentity[],
): RowProblem {
  const [top, at] = issue?.path ?? [];
  const byType = top === 'identities' && typeof at === 'number' ? identities[at]?.type : undefined;
  const field =
    fields[String(issue?.path.at(-1))] ?? fields[byType === 'enterprise' ? 'email' : String(byType)] ?? null;
  const plain = rowProblem('import.invalid-value', field);
  return issue ? { ...plain, says: issue.message.slice(0, 300) } : plain;
}

const problem = (...given: Parameters<typeof rowProblem>): { problem: RowProblem } => ({
  problem: rowProblem(...given),
});
