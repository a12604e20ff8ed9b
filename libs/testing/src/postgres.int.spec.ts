import pg from 'pg';
import { createDatabase } from './for-tests.js';

describe('the PostgreSQL of a test run', () => {
  it('gives every suite a database of its own', async () => {
    const urls = await Promise.all([createDatabase('one'), createDatabase('one')]);
    expect(new Set(urls).size).toBe(2);
    const client = new pg.Client(urls[0]);
    await client.connect();
    const { rows } = await client.query('SELECT current_database() AS name, 1 + 1 AS sum');
    await client.end();
    expect(rows).toEqual([{ name: expect.stringMatching(/^one_/), sum: 2 }]);
  });
});
