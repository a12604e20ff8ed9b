import { Database, openDataSource, Outbox } from '@homerealm/events';
import { makeId } from '@homerealm/domain';
import { createDatabase } from '@homerealm/testing';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { knownIssuers } from '../domain/social-issuers.js';
import { itIsAStoreOfConnections } from './connections.conformance.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';
import { PostgresConnections } from './postgres.connections.js';
import { PostgresTenantRequests } from './postgres.tenant-requests.js';
import { PostgresTestRuns } from './postgres.test-runs.js';
import { itIsAStoreOfTestRunsAndTenants } from './test-runs.conformance.js';

const service = 'connection-registry';
const surroundings = {
  now: () => new Date('2026-01-15T09:30:00.000Z'),
  newId: ((prefix: 'conn') => makeId(prefix, Date.now(), randomBytes(10))) as never,
  newTicket: () => 'ticket',
  testRunUrl: (testRunId: string, ticket: string) =>
    `https://id.homerealm.example/test-runs/${testRunId}?ticket=${ticket}`,
  socialIssuers: knownIssuers,
  callbackUrl: (connectionId: string) => `https://id.homerealm.example/login/callback/${connectionId}`,
};

describe('PostgresConnections', () => {
  let source: DataSource;
  let database: Database;

  beforeAll(async () => {
    const url = await createDatabase('registry_store');
    source = await openDataSource({ service, url, poolSize: 10, entities, migrations });
    database = new Database(source);
  });
  afterAll(() => source.destroy());

  itIsAStoreOfConnections(async () => {
    await source.query('TRUNCATE connection, change, outbox, event_sequence CASCADE');
    return new PostgresConnections(database, new Outbox(database, service), surroundings);
  });

  describe('with test runs and the waiting room', () =>
    itIsAStoreOfTestRunsAndTenants(async () => {
      await source.query('TRUNCATE connection, change, outbox, event_sequence CASCADE');
      const connections = new PostgresConnections(database, new Outbox(database, service), surroundings);
      const [testRuns, tenantRequests] = [new PostgresTestRuns(database), new PostgresTenantRequests(database)];
      return { connections, testRuns, tenantRequests };
    }));

  it('has the tables that the entities describe', async () => {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can take its tables down and build them again', async () => {
    await source.undoLastMigration();
    await source.runMigrations();
    expect((await source.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });
});
