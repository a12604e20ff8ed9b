import { Database, Outbox } from '@homerealm/events';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ManySessions } from '../use-cases/provider-records.port.js';
import { endSessions } from './end-sessions.js';

const everyMs = 1_000;
/** One step: small enough that no request waits for it. */
const atATime = 200;

type Ending = { ending_id: string; connection_id: string | null; organization_id: string | null; asked_at: Date };

/** Ends the sessions of a connection or an organization, a few at a time. Every process may take the next step. */
@Injectable()
export class PostgresManySessions extends ManySessions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(PostgresManySessions.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.work(), everyMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  endConnection(connectionId: string, at: Date): Promise<void> {
    return this.ask(connectionId, null, at);
  }

  endOrganization(organizationId: string, at: Date): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query('INSERT INTO ended_organization (organization_id) VALUES ($1) ON CONFLICT DO NOTHING', [
        organizationId,
      ]);
      await this.ask(null, organizationId, at);
    });
  }

  async allowOrganization(organizationId: string): Promise<void> {
    await this.database.manager.query('DELETE FROM ended_organization WHERE organization_id = $1', [organizationId]);
  }

  /** Takes steps until nothing is left that no other process is at. */
  async work(): Promise<void> {
    try {
      while (await this.step());
    } catch (error) {
      // What is left is found again in a second.
      this.logger.warn({ err: error }, 'sessions that are to end could not be ended');
    }
  }

  private async ask(connectionId: string | null, organizationId: string | null, at: Date): Promise<void> {
    await this.database.manager.query(
      'INSERT INTO session_ending (ending_id, connection_id, organization_id, asked_at) VALUES (gen_random_uuid(), $1, $2, $3)',
      [connectionId, organizationId, at],
    );
  }

  private step(): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const [ending]: Ending[] = await manager.query('SELECT * FROM session_ending LIMIT 1 FOR UPDATE SKIP LOCKED');
      if (!ending) return false;
      const ended = await endSessions(manager, this.outbox, whichOf(ending), atATime);
      if (ended < atATime) await manager.query('DELETE FROM session_ending WHERE ending_id = $1', [ending.ending_id]);
      return true;
    });
  }
}

function whichOf({ connection_id: connectionId, organization_id: organizationId, asked_at: askedAt }: Ending) {
  const name = connectionId === null ? 'organizationId' : 'connectionId';
  const where = `facts ->> '${name}' = $2 AND (facts ->> 'signedInAt')::timestamptz <= $3`;
  return { where, values: [connectionId ?? organizationId, askedAt] };
}
