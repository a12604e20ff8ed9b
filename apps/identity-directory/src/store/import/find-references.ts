import type { ConnectionId, OrganizationId } from '@homerealm/domain';
import type { Sql } from '@homerealm/events';
import type { ImportLine, NamedConnection } from '../../domain/import/import-row.js';
import type { References } from '../../use-cases/import/read-import-row.js';

type ConnectionRow = { connection_id: string; name: string; identity_type: string; tenant_id: string | null };

const connectionColumns = 'connection_id, name, identity_type, tenant_id';

/** What the names in these rows stand for, and the connection of rows that name none. */
export async function findReferences(
  sql: Sql,
  byDefault: ConnectionId | null,
  lines: readonly ImportLine[],
): Promise<References> {
  const names = new Set(lines.flatMap(({ cells }) => cells?.connection?.trim().toLowerCase() ?? []));
  const organizations = new Set(lines.flatMap(({ cells }) => cells?.organization?.trim() ?? []));
  const found = await findConnections(sql, [...names], byDefault);
  return {
    connections: new Map(found.map((one) => [one.name, one])),
    organizations: await findOrganizations(sql, [...organizations]),
    connection: found.find(({ connectionId }) => connectionId === byDefault) ?? null,
  };
}

async function findConnections(sql: Sql, names: string[], byDefault: string | null): Promise<NamedConnection[]> {
  if (names.length === 0 && byDefault === null) return [];
  const rows = await sql.query<ConnectionRow>(
    `SELECT ${connectionColumns} FROM "connection_name_replica" WHERE name = ANY($1::text[]) OR connection_id = $2`,
    [names, byDefault],
  );
  return rows.map((row) => ({
    connectionId: row.connection_id as ConnectionId,
    name: row.name,
    identityType: row.identity_type as NamedConnection['identityType'],
    tenantId: row.tenant_id,
  }));
}

/** The id of an organization comes before the external id of another that looks the same. */
async function findOrganizations(sql: Sql, texts: string[]): Promise<Map<string, OrganizationId>> {
  if (texts.length === 0) return new Map();
  const rows = await sql.query<{ organization_id: OrganizationId; external_id: string | null }>(
    `SELECT organization_id, external_id FROM "organization"
      WHERE organization_id = ANY($1::text[]) OR external_id = ANY($1::text[])`,
    [texts],
  );
  const found = new Map<string, OrganizationId>();
  for (const { organization_id: id, external_id: external } of rows) if (external !== null) found.set(external, id);
  for (const { organization_id: id } of rows) found.set(id, id);
  return found;
}
