import type { ConnectionId } from '@homerealm/domain';
import type { Connection, Decision } from '../domain/connection.js';
import { problem, refuse } from '../domain/problems.js';
import {
  type ConnectionPage,
  type ConnectionQuery,
  Connections,
  type OpenConnections,
  type Taken,
} from '../use-cases/connections.port.js';

/** Connections in a map, for specs. What was told is kept in `told`. One transaction at a time. */
export class InMemoryConnections extends Connections {
  private stored = new Map<string, Connection>();
  private queue: Promise<unknown> = Promise.resolve();
  readonly told: Decision[] = [];

  transaction<T>(work: (connections: OpenConnections) => Promise<T>): Promise<T> {
    const turn = this.queue.then(() => this.run(work));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  async find(connectionId: ConnectionId): Promise<Connection | undefined> {
    return this.stored.get(connectionId);
  }

  async list({ limit, after, ...filter }: ConnectionQuery): Promise<ConnectionPage> {
    const found = [...this.stored.values()]
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
    const copy = new Map(this.stored);
    const told: Decision[] = [];
    const result = await work(new OpenInMemoryConnections(copy, told));
    this.stored = copy;
    this.told.push(...told);
    return result;
  }
}

const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

class OpenInMemoryConnections implements OpenConnections {
  constructor(
    private readonly stored: Map<string, Connection>,
    private readonly told: Decision[],
  ) {}

  async lock(connectionId: ConnectionId): Promise<Connection | undefined> {
    return this.stored.get(connectionId);
  }

  async findTaken(name: string, domains: readonly string[], except: ConnectionId): Promise<Taken> {
    const others = [...this.stored.values()].filter(({ settings }) => settings.connectionId !== except);
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
    this.stored.set(connectionId, decision.connection);
    this.told.push(decision);
  }

  async remove(decision: Decision): Promise<void> {
    this.stored.delete(decision.connection.settings.connectionId);
    this.told.push(decision);
  }
}
