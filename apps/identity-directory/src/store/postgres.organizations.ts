import { Database, Outbox } from '@homerealm/events';
import type { OrganizationId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Happened } from '../domain/happened.js';
import type { Organization } from '../domain/organization.js';
import {
  OrganizationConflict,
  Organizations,
  type Member,
  type OrganizationQuery,
} from '../use-cases/organizations.port.js';
import { constraintOf } from './conflicts.js';
import { toOrganization, type OrganizationRow } from './organization.mapper.js';
import { toOutgoing } from './outgoing.js';

const insert = `INSERT INTO "organization" ("organization_id", "revision", "name", "external_id", "suspended",
  "auto_join", "allowed_domains", "session_seconds", "created_at")
  VALUES ($1, $2::integer + 1, $3, $4, $5, $6, $7, $8, $9)
  RETURNING organization_id`;
const update = `WITH saved AS (
  UPDATE "organization" SET revision = revision + 1, name = $3, external_id = $4, suspended = $5, auto_join = $6,
    allowed_domains = $7, session_seconds = $8 WHERE organization_id = $1 AND revision = $2 RETURNING organization_id)
  SELECT organization_id FROM saved`;

@Injectable()
export class PostgresOrganizations extends Organizations {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async find(organizationId: OrganizationId): Promise<Organization | null> {
    const rows = await this.query<OrganizationRow>('SELECT * FROM "organization" WHERE organization_id = $1', [
      organizationId,
    ]);
    return rows[0] ? toOrganization(rows[0]) : null;
  }

  async list({ limit, cursor, externalId }: OrganizationQuery): Promise<Organization[]> {
    const rows = await this.query<OrganizationRow>(
      `SELECT * FROM "organization" WHERE organization_id > $1 ${externalId === undefined ? '' : 'AND external_id = $3'}
        ORDER BY organization_id LIMIT $2`,
      [cursor ?? '', limit + 1, ...(externalId === undefined ? [] : [externalId])],
    );
    return rows.map(toOrganization);
  }

  async save(before: Organization | null, after: Organization, happened: readonly Happened[]): Promise<void> {
    const settings = [
      after.name,
      after.externalId,
      after.suspended,
      after.autoJoin,
      JSON.stringify(after.allowedDomains),
      after.sessionSeconds,
    ];
    const values = [after.organizationId, before?.revision ?? 0, ...settings];
    await this.database
      .transaction(async () => {
        const saved = before
          ? await this.query(update, values)
          : await this.query(insert, [...values, after.createdAt]);
        if (saved.length === 0) throw new OrganizationConflict('revision');
        await this.outbox.append(...toOutgoing(happened));
      })
      .catch((error: unknown) => {
        const taken = constraintOf(error) === 'organization_external_id_unique';
        throw taken ? new OrganizationConflict('external-id') : error;
      });
  }

  async members(organizationId: OrganizationId, limit: number, cursor = ''): Promise<Member[]> {
    const rows = await this.query<{ user_id: Member['userId']; joined_by: string; joined_at: Date }>(
      `SELECT user_id, joined_by, joined_at FROM "membership" WHERE organization_id = $1 AND user_id > $2
        ORDER BY user_id LIMIT $3`,
      [organizationId, cursor, limit + 1],
    );
    return rows.map((row) => ({
      organizationId,
      userId: row.user_id,
      by: row.joined_by,
      joinedAt: row.joined_at.toISOString(),
    }));
  }

  private query<Row>(text: string, values: unknown[]): Promise<Row[]> {
    return this.database.manager.query(text, values) as Promise<Row[]>;
  }
}
