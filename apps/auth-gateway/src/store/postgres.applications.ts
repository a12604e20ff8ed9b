import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Application, ApplicationSecret } from '../domain/application.js';
import { applicationErrors } from '../domain/application.errors.js';
import { Applications } from '../use-cases/applications.port.js';
import { ApplicationEntity, ApplicationSecretEntity } from './application.entities.js';

/** How long another instance may go on with what it read: also how long a deleted secret is good elsewhere. */
const freshMs = 10_000;
const mostKept = 10_000;

type Kept = { application: Application; until: number };

@Injectable()
export class PostgresApplications extends Applications {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly database: Database) {
    super();
  }

  async find(id: string): Promise<Application | null> {
    const kept = this.kept.get(id);
    if (kept !== undefined && kept.until > Date.now()) return kept.application;
    const application = await this.read(this.database.manager, id);
    if (application === null) this.kept.delete(id);
    else this.keep(application);
    return application;
  }

  async list(limit: number, cursor?: string): Promise<Application[]> {
    const query = this.database.manager.createQueryBuilder(ApplicationEntity, 'a').orderBy('a.id').limit(limit);
    const rows = await (cursor === undefined ? query : query.where('a.id > :cursor', { cursor })).getMany();
    const ids = rows.map(({ id }) => id);
    const secrets = await this.database.manager
      .createQueryBuilder(ApplicationSecretEntity, 's')
      .where('s.applicationId = ANY(:ids)', { ids })
      .orderBy('s.createdAt')
      .getMany();
    return rows.map((row) =>
      toApplication(
        row,
        secrets.filter(({ applicationId }) => applicationId === row.id),
      ),
    );
  }

  async add(application: Application): Promise<void> {
    await this.database.transaction(async (manager) => {
      const { id, name, type, settings, createdAt, updatedAt } = toRow(application);
      const added: unknown[] = await manager.query(
        `INSERT INTO application (id, name, type, settings, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING RETURNING id`,
        [id, name, type, JSON.stringify(settings), createdAt, updatedAt],
      );
      if (added.length === 0) throw applicationErrors('application.exists', {}, 'id');
      await saveSecrets(manager, application);
    });
  }

  async change(id: string, change: (application: Application) => Application): Promise<Application> {
    const changed = await this.database.transaction(async (manager) => {
      await manager.query('SELECT 1 FROM application WHERE id = $1 FOR UPDATE', [id]);
      const known = await this.read(manager, id);
      if (known === null) throw applicationErrors('application.not-found', { id });
      const next = change(known);
      await manager.save(ApplicationEntity, toRow(next));
      await saveSecrets(manager, next);
      return next;
    });
    this.kept.delete(id);
    return changed;
  }

  async delete(id: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const { affected } = await manager.delete(ApplicationEntity, { id });
      if (affected !== 1) throw applicationErrors('application.not-found', { id });
      await manager.delete(ApplicationSecretEntity, { applicationId: id });
      await manager.query(`DELETE FROM oidc_record WHERE payload ->> 'clientId' = $1`, [id]);
    });
    this.kept.delete(id);
  }

  private async read(manager: EntityManager, id: string): Promise<Application | null> {
    const rows: (ApplicationRow & { secrets: SecretRow[] | null })[] = await manager.query(
      `SELECT a.*, (SELECT jsonb_agg(s ORDER BY s.created_at) FROM application_secret s
         WHERE s.application_id = a.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
       FROM application a WHERE a.id = $1`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { name, type, settings, created_at: createdAt, updated_at: updatedAt } = row;
    return { ...settings, id, name, type, createdAt, updatedAt, secrets: (row.secrets ?? []).map(toSecret) };
  }

  private keep(application: Application): void {
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(application.id, { application, until: Date.now() + freshMs });
  }
}

type ApplicationRow = Pick<ApplicationEntity, 'name' | 'type' | 'settings'> & { created_at: Date; updated_at: Date };
type SecretRow = { id: string; hash: string; created_at: string; expires_at: string | null };

const toSecret = ({ id, hash, created_at, expires_at }: SecretRow): ApplicationSecret => ({
  id,
  hash,
  createdAt: new Date(created_at),
  expiresAt: expires_at === null ? null : new Date(expires_at),
});

function toRow({ id, name, type, createdAt, updatedAt, secrets: _, ...settings }: Application): ApplicationEntity {
  return { id, name, type, settings, createdAt, updatedAt };
}

const toApplication = (row: ApplicationEntity, secrets: readonly ApplicationSecretEntity[]): Application => ({
  ...row.settings,
  id: row.id,
  name: row.name,
  type: row.type,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  secrets: secrets.map(({ id, hash, createdAt, expiresAt }) => ({ id, hash, createdAt, expiresAt })),
});

async function saveSecrets(manager: EntityManager, { id: applicationId, secrets }: Application): Promise<void> {
  await manager.delete(ApplicationSecretEntity, { applicationId });
  await manager.insert(
    ApplicationSecretEntity,
    // The row's key is unique over all applications.
    secrets.map((secret) => ({ ...secret, id: secretKey(applicationId, secret.id), applicationId })),
  );
}

const secretKey = (applicationId: string, id: string): string =>
  id === 'bootstrap' ? `bootstrap.${applicationId}` : id;
