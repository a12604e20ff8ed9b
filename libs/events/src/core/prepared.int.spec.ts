import fc from 'fast-check';
import pg from 'pg';
import { type House, openHouse } from '../fixtures/open-house.js';
import { PreparingClient } from './prepared.js';

describe('prepared statements', () => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.source.destroy());

  const prepared = `SELECT count(*)::int AS count FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int%'`;

  it('are parsed once for a connection, by whichever way they come', async () => {
    const { database } = house;
    await database.transaction(async (manager) => {
      for (let times = 0; times < 3; times++) {
        await manager.query('SELECT $1::int AS number', [times]);
        await database.sql.query('SELECT $1::int AS number', [times]);
      }
      expect(await manager.query(prepared)).toEqual([{ count: 1 }]);
    });
  });

  it('leave a statement without values and a query object as they are', async () => {
    const client = new PreparingClient(house.url);
    await client.connect();
    await client.query('SELECT 1; SELECT 2');
    expect((await client.query({ text: 'SELECT $1::int AS sum', values: [3] })).rows).toEqual([{ sum: 3 }]);
    expect((await client.query(prepared)).rows).toEqual([{ count: 0 }]);
    await client.end();
  });

  it('are given arrays whose elements arrive as they are', async () => {
    const { database } = house;
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', 'null', '{}', '\\n', '"', '\\"', ',', '\u0085'),
    );
    const storable = text.filter((one) => !one.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(storable)), fc.array(fc.option(fc.integer())), async (texts, numbers) => {
        const [row] = await database.sql.query('SELECT $1::text[] AS texts, $2::bigint[] AS numbers', [texts, numbers]);
        expect(row).toEqual({ texts, numbers: numbers.map((one) => one?.toString() ?? null) });
      }),
      { numRuns: 50 },
    );
    const odd = {
      flags: [true, false],
      dates: [new Date(0)],
      nested: [['a'], ['b']],
      tooBig: [Infinity, 0.5],
      nobody: [],
    };
    const [row] = await database.sql.query(
      'SELECT $1::bool[] AS flags, $2::timestamptz[] AS dates, $3::text[] AS nested, $4::float8[] AS "tooBig", $5::text[] AS nobody',
      Object.values(odd),
    );
    expect(row).toEqual(odd);
  });

  it('go on in the same transaction call when another process adds a column', async () => {
    const { database } = house;
    const other = new pg.Client(house.url);
    await other.connect();
    await other.query('CREATE TABLE grown (id int); INSERT INTO grown VALUES (1)');
    const read = () =>
      database.transaction(async (manager) => [
        await manager.query('SELECT * FROM grown WHERE id = $1', [1]),
        await database.sql.query('SELECT * FROM grown WHERE id > $1', [0]),
      ]);
    expect(await read()).toEqual([[{ id: 1 }], [{ id: 1 }]]);
    await other.query('ALTER TABLE grown ADD name text');
    await other.end();
    expect(await read()).toEqual([[{ id: 1, name: null }], [{ id: 1, name: null }]]);
  });
});
