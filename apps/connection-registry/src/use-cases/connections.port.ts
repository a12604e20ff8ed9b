import type { ConnectionId, OrganizationId } from '@homerealm/domain';
import type { Connection, ConnectionHappening, Decision } from '../domain/connection.js';
import type { OpenTenantRequests } from './tenant-requests/tenant-requests.port.js';
import type { OpenTestRuns } from './test-runs/test-runs.port.js';

export type ConnectionFilter = {
  /** In normalised form. */
  homeRealmDomain?: string | undefined;
  organizationId?: OrganizationId | undefined;
  state?: 'draft' | 'enabled' | 'disabled' | undefined;
  /** Ignoring case. */
  name?: string | undefined;
};

/** Connections in the order they were made; `after` is the id of the last one already seen. */
export type ConnectionQuery = ConnectionFilter & { limit: number; after?: ConnectionId | undefined };
export type ConnectionPage = { items: Connection[]; next: string | null };

/** What the use cases need from storage. */
export abstract class Connections {
  /** Runs the work in one transaction, possibly twice: it must have no effect elsewhere. */
  abstract transaction<T>(work: (connections: OpenConnections) => Promise<T>): Promise<T>;
  abstract find(connectionId: ConnectionId): Promise<Connection | undefined>;
  abstract list(query: ConnectionQuery): Promise<ConnectionPage>;
}

/**
 * Connections inside a transaction. What is written is told in the same transaction: the event, the new state, and
 * the credentials when they changed.
 */
export type OpenConnections = {
  /** Reads a connection and keeps others from changing it until the end of the transaction. */
  lock(connectionId: ConnectionId): Promise<Connection | undefined>;
  /** Which of these another connection holds. */
  findTaken(name: string, domains: readonly string[], except: ConnectionId): Promise<Taken>;
  /** Adds or replaces the connection.
   * @throws `connection.name-taken`, `connection.domain-taken` when another transaction was faster */
  save(decision: Decision, by: string): Promise<void>;
  /** Deletes the connection, its domains and credentials. */
  remove(decision: Decision, by: string): Promise<void>;
  /** Tells something about a connection that makes no new revision of it, and keeps what it proved. */
  note(connection: Connection, happened: ConnectionHappening): Promise<void>;
  readonly testRuns: OpenTestRuns;
  readonly tenantRequests: OpenTenantRequests;
};

export type Taken = { name: boolean; domains: readonly string[] };
