import { Database, openDataSource } from '@homerealm/events';
import { createDatabase } from '@homerealm/testing';
import { signInEntities, signInMigrations } from '../sign-in.parts.js';
import { PostgresReplays } from './postgres.replays.js';

const start = Date.parse('2026-01-15T09:00:00Z');
const until = new Date(start + 60_000);

describe('used assertions in Postgres', () => {
  let url: string;
  const open = async () => {
    const options = { service: 'auth-gateway', poolSize: 5, entities: signInEntities, migrations: signInMigrations };
    return new Database(await openDataSource({ url, ...options }));
  };
  let [one, other]: Database[] = [];
  beforeAll(async () => {
    url = await createDatabase('replays');
    one = await open();
    other = await open();
  });
  afterAll(() => Promise.all([one?.dataSource.destroy(), other?.dataSource.destroy()]));
  const instances = () => [one, other].map((database) => new PostgresReplays(database as Database));

  it('A20: of many uses on two instances one is the first', async () => {
    const [a, b] = instances();
    const uses = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? a : b)?.remember('conn_1 issuer _1', until));
    expect((await Promise.all(uses)).filter((first) => first)).toHaveLength(1);
  });

  it('A20: stays known over a restart', async () => {
    const before = await open();
    expect(await new PostgresReplays(before).remember('conn_1 issuer _2', until)).toBe(true);
    await before.dataSource.destroy();
    expect(await instances()[1]?.remember('conn_1 issuer _2', until)).toBe(false);
  });

  it('A20: stays known when the sign-in around it is rolled back', async () => {
    const [a, b] = instances();
    const failing = one?.transaction(async () => {
      await a?.remember('conn_1 issuer _3', until);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await b?.remember('conn_1 issuer _3', until)).toBe(false);
  });

  it('tells keys apart, and stores none of them readable', async () => {
    const [a] = instances();
    expect(await a?.remember('conn_2 issuer _1', until)).toBe(true);
    const rows: unknown = await one?.manager.query('SELECT * FROM used_assertion');
    expect(JSON.stringify(rows)).not.toContain('issuer');
  });

  it('is forgotten when it is too old to be used again, and not before', async () => {
    const [a] = instances();
    await a?.remember('conn_3 issuer _1', until);
    await a?.sweep(until.getTime() + 60_000);
    expect(await a?.remember('conn_3 issuer _1', until)).toBe(false);
    expect(await a?.sweep(until.getTime() + 3_600_000)).toBeGreaterThan(0);
    expect(await a?.sweep(until.getTime() + 3_600_000)).toBe(0);
    expect(await a?.remember('conn_3 issuer _1', until)).toBe(true);
  });
});
