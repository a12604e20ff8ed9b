import type { Database } from '../core/database.js';
import type { OutboxSize } from '../core/metrics.js';
import type { Relay } from '../core/relay.js';
import type { EventsServer } from './events-server.js';

export type EventHealthReport = {
  /** The database answers. Without it the service can do nothing. */
  database: boolean;
  /** Events go out: this process or another one of the service leads, and nothing waits for long. */
  relay: { isLeader: boolean; waiting: number; oldestSeconds: number };
  /** `idle`: this service consumes nothing. */
  consumer: { state: EventsServer['state']; stuck: { partition: string; since: string }[] };
};

/** How the event machinery of a service does: for readiness and for operators. */
export class EventHealth {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly server: EventsServer,
  ) {}

  async report(): Promise<EventHealthReport> {
    const outbox = await measureOutbox(this.database).catch(() => undefined);
    const stuck = [...this.server.stuckSince].map(([partition, since]) => ({ partition, since: since.toISOString() }));
    return {
      database: outbox !== undefined,
      relay: {
        isLeader: this.relay.isLeader,
        waiting: outbox?.rows ?? 0,
        oldestSeconds: outbox?.oldestSeconds ?? 0,
      },
      consumer: { state: this.server.state, stuck },
    };
  }
}

/** The same for whoever holds the application instead of the module. */
export const eventHealth = (app: { get(type: typeof EventHealth): EventHealth }): Promise<EventHealthReport> =>
  app.get(EventHealth).report();

export async function measureOutbox(database: Database): Promise<OutboxSize> {
  const sql = `SELECT count(*)::int AS rows, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS "oldestSeconds" FROM outbox`;
  const [size] = await database.dataSource.query<OutboxSize[]>(sql);
  return size ?? { rows: 0, oldestSeconds: 0 };
}
