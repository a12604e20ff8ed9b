import type { ConnectionId } from '@homerealm/domain';
import type { Connection, ConnectionHappening, Decision } from '../domain/connection.js';
import { problem, refuse } from '../domain/problems.js';
import type { TenantRequest } from '../domain/tenant-request.js';
import type { TestRun } from '../domain/test-run.js';
import {
  type ConnectionPage,
  type ConnectionQuery,
  Connections,
  type OpenConnections,
  type Taken,
} from '../use-cases/connections.port.js';
import type { OpenTenantRequests } from '../use-cases/tenant-requests/tenant-requests.port.js';
import type { OpenTestRuns } from '../use-cases/test-runs/test-runs.port.js';

/** All that a store holds. */
type Inside = {
  connections: Map<string, Connection>;
  testRuns: Map<string, TestRun>;
  tenantRequests: Map<string, TenantRequest>;
  unrecorded: Map<string, number>;
};
const copyOf = (inside: Inside): Inside => ({
  connections: new Map(inside.connections),
  testRuns: new Map(inside.testRuns),
  tenantRequests: new Map(inside.tenantRequests),
  unrecorded: new Map(inside.unrecorded),
});

/** Connections in a map, for specs. What was told is kept in `told`. One transaction at a time. */
export class InMemoryConnections extends Connections {
  inside: Inside = { connections: new Map(), testRuns: new Map(), tenantRequests: new Map(), unrecorded: new Map() };
  private queue: Promise<unknown> = Promise.resolve();
  readonly told: ConnectionHappening[] = [];

  transaction<T>(work: (connections: OpenConnections) => Promise<T>): Promise<T> {
    const turn = this.queue.then(() => this.run(work));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  async find(connectionId: ConnectionId): Promise<Connection | undefined> {
    return this.inside.connections.get(connectionId);
  }

  async list({ limit, after, ...filter }: ConnectionQuery): Promise<ConnectionPage> {
    const found = [...this.inside.connections.values()]
      .filter(({ settings }) => after === undefined || settings.connectionId > after)
      .filter(({ settings }) => filter.state === undefined || settings.state === filter.state)
      .filter(({ settings }) => !filter.organizationId || settings.organizationId === filter.organizationId)
      .filter(({ settings }) => !filter.name || sameName(settings.name, filter.name))
      .filter(({ settings }) => !filter.homeRealmDomain || settings.homeRealmDomains.includes(filter.homeRealmDomain))
      .sort((one, other) => (one.settings.connectionId < other.settings.connectionId ? -1 : 1));
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.settings.connectionId ?? null) : null };
  }

  private async run<T>(work: (connections: OpenConnections) => Promise<T>): Promise<T> {
    const copy = copyOf(this.inside);
    const told: ConnectionHappening[] = [];
    const result = await work(new OpenInMemoryConnections(copy, told));
    this.inside = copy;
    this.told.push(...told);
    return result;
  }
}

const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

class OpenInMemoryConnections implements OpenConnections {
  constructor(
    private readonly inside: Inside,
    private readonly told: ConnectionHappening[],
  ) {}

  readonly testRuns: OpenTestRuns = {
    lock: async (testRunId) => this.inside.testRuns.get(testRunId),
    save: async (run) => void this.inside.testRuns.set(run.testRunId, run),
  };
  readonly tenantRequests: OpenTenantRequests = {
    find: async (connectionId, tenantId) => this.inside.tenantRequests.get(`${connectionId} ${tenantId}`),
    countWaiting: async (connectionId) =>
      [...this.inside.tenantRequests.values()].filter(
        (request) => request.connectionId === connectionId && request.decision === 'waiting',
      ).length,
    save: async (request) =>
      void this.inside.tenantRequests.set(`${request.connectionId} ${request.tenantId}`, request),
    countUnrecorded: async (id) => void this.inside.unrecorded.set(id, (this.inside.unrecorded.get(id) ?? 0) + 1),
  };

  async lock(connectionId: ConnectionId): Promise<Connection | undefined> {
    return this.inside.connections.get(connectionId);
  }

  async findTaken(name: string, domains: readonly string[], except: ConnectionId): Promise<Taken> {
    const others = [...this.inside.connections.values()].filter(({ settings }) => settings.connectionId !== except);
    const held = new Set(others.flatMap(({ settings }) => settings.homeRealmDomains));
    return {
      name: others.some(({ settings }) => sameName(settings.name, name)),
      domains: domains.filter((domain) => held.has(domain)).sort(),
    };
  }

  async save(decision: Decision): Promise<void> {
    const { connectionId, name, homeRealmDomains } = decision.connection.settings;
    const taken = await this.findTaken(name, homeRealmDomains, connectionId);
    refuse([
      ...(taken.name ? [problem('connection.name-taken', 'name')] : []),
      ...taken.domains.slice(0, 1).map((domain) => problem('connection.domain-taken', 'homeRealmDomains', domain)),
    ]);
    this.inside.connections.set(connectionId, decision.connection);
    this.told.push(decision.happened);
  }

  async remove(decision: Decision): Promise<void> {
    const { connectionId } = decision.connection.settings;
    this.inside.connections.delete(connectionId);
    for (const held of [this.inside.testRuns, this.inside.tenantRequests] as Map<string, { connectionId: string }>[]) {
      for (const [key, row] of held) if (row.connectionId === connectionId) held.delete(key);
    }
    this.inside.unrecorded.delete(connectionId);
    this.told.push(decision.happened);
  }

  async note(connection: Connection, happened: ConnectionHappening): Promise<void> {
    this.inside.connections.set(connection.settings.connectionId, connection);
    this.told.push(happened);
  }
}
