import { makeId } from '@homerealm/domain';
import { Database, openDataSource, Outbox } from '@homerealm/events';
import { createDatabase, eventually } from '@homerealm/testing';
import type { Attempt } from '../domain/attempt.js';
import { signInEntities, signInMigrations } from '../sign-in.parts.js';
import type { Connections } from '../use-cases/connections.port.js';
import { aConnection, connectionId } from '../fixtures/connections.js';
import { CachedConnections } from './cached.connections.js';
import { itReadsConnections } from './connections.conformance.js';
import { PostgresAttempts } from './postgres.attempts.js';
import { cacheKeys, PostgresConnectionReplica } from './postgres.connection-replica.js';
import { PostgresConnections } from './postgres.connections.js';
import { PostgresTransactions } from './postgres.transactions.js';
import { ReplicaNews } from './replica-news.js';
import { itKeepsTransactions } from './transactions.conformance.js';

let database: Database;
let url: string;

beforeAll(async () => {
  url = await createDatabase('sign_in_stores');
  const source = await openDataSource({
    service: 'auth-gateway',
    url,
    poolSize: 10,
    entities: signInEntities,
    migrations: signInMigrations,
  });
  database = new Database(source);
});
afterAll(() => database?.dataSource.destroy());

const clear = () =>
  database.manager.query('TRUNCATE connection_replica, connection_domain_replica, connection_credentials_replica');
const under = (connections: Connections) => ({
  connections,
  eventually: (condition: () => Promise<boolean>) => eventually(condition),
  write: (work: (replica: PostgresConnectionReplica) => Promise<void>) =>
    database.transaction(() => work(new PostgresConnectionReplica(database))),
});

describe('transactions in Postgres', () => itKeepsTransactions(() => new PostgresTransactions(database)));

describe('connections from the tables', () => {
  beforeEach(clear);
  itReadsConnections(() => under(new PostgresConnections(database)));
});

describe('connections with a memory in front', () => {
  let news: ReplicaNews;
  let cached: CachedConnections;
  beforeEach(async () => {
    await clear();
    news = new ReplicaNews(url);
    cached = new CachedConnections(new PostgresConnections(database), news);
    await news.onApplicationBootstrap();
  });
  afterEach(() => news.onApplicationShutdown());

  itReadsConnections(() => under(cached));

  it('hears of a change only when it was committed', async () => {
    const { write } = under(cached);
    const heard: unknown[] = [];
    news.onChange((key) => heard.push(key));
    await write((replica) => replica.keep(aConnection(), new Date()));
    // The notice of this commit must not pass for one of the next.
    await eventually(() => heard.includes(cacheKeys.connection(connectionId)));
    await eventually(async () => (await cached.find(connectionId)) === (await cached.find(connectionId)));
    const known = await cached.find(connectionId);
    const failing = write(async (replica) => {
      await replica.keep(aConnection({ revision: 2 }), new Date());
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await cached.find(connectionId)).toBe(known);
  });

  it('keeps nothing while it cannot hear, and listens again by itself', async () => {
    const { write } = under(cached);
    await write((replica) => replica.keep(aConnection(), new Date()));
    const kill =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()";
    await database.manager.query(kill);
    await eventually(() => !news.isHeard);
    expect(await cached.find(connectionId)).not.toBe(await cached.find(connectionId));
    await eventually(() => news.isHeard);
    await cached.find(connectionId);
    expect(await cached.find(connectionId)).toBe(await cached.find(connectionId));
  });
});

describe('attempts in Postgres', () => {
  const at = (time: number, change: Partial<Attempt> = {}): Attempt => ({
    attemptId: makeId('attempt', time, new Uint8Array(10)),
    ...{
      startedAt: new Date(time),
      finishedAt: new Date(time + 5),
      outcome: 'refused',
      code: 'connection.not-enabled',
    },
    ...{ applicationId: 'app_1', connectionId: 'conn_1', organizationId: null, userId: null, upstream: null },
    checks: [{ code: 'connection.is-enabled', outcome: 'failed' }],
    ...change,
  });
  let attempts: PostgresAttempts;
  beforeAll(async () => {
    attempts = new PostgresAttempts(database, new Outbox(database, 'auth-gateway'));
    await database.manager.query('TRUNCATE sign_in_attempt');
    for (let time = 1_000; time < 11_000; time += 1_000) {
      const even = time % 2_000 === 0;
      await attempts.transaction(() =>
        attempts.record(at(time, even ? { connectionId: 'conn_2', userId: 'user_2' } : {}), {}),
      );
    }
  });
  const times = (found: Attempt[]) => found.map(({ startedAt }) => startedAt.getTime() / 1_000);

  it('are listed newest first, page by page', async () => {
    const first = await attempts.list({}, 4);
    expect(times(first)).toEqual([10, 9, 8, 7]);
    expect(times(await attempts.list({}, 4, first.at(-1)?.attemptId))).toEqual([6, 5, 4, 3]);
  });

  it.each([
    ['connection', { connectionId: 'conn_2' }, [10, 8, 6, 4, 2]],
    ['user', { userId: 'user_2', from: 5_000 }, [10, 8, 6]],
    ['time', { from: 3_000, to: 5_000 }, [4, 3]],
    ['code', { code: 'connection.unknown' }, []],
    ['outcome', { outcome: 'signed-in' as const }, []],
    ['application', { applicationId: 'app_1', from: 10_000 }, [10]],
  ])('are found by %s', async (_name, filter, expected) => {
    expect(times(await attempts.list(filter, 50))).toEqual(expected);
  });

  it('are recorded once', async () => {
    await attempts.transaction(() => attempts.record(at(1_000, { code: 'upstream.broken' }), {}));
    expect((await attempts.find(at(1_000).attemptId))?.code).toBe('connection.not-enabled');
  });
});
