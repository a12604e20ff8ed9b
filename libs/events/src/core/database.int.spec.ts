import { type House, openHouse } from '../fixtures/open-house.js';

describe('the database', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    await house.source.query('CREATE TABLE tally (name text PRIMARY KEY, n int NOT NULL)');
    await house.source.query(`INSERT INTO tally VALUES ('a', 0), ('b', 0)`);
  });
  afterAll(() => house.source.destroy());

  const add = (name: string) => house.database.manager.query('UPDATE tally SET n = n + 1 WHERE name = $1', [name]);
  const tally = async () =>
    (await house.source.query<{ n: number }[]>('SELECT n FROM tally ORDER BY name')).map(({ n }) => n);

  it('joins the transaction around it, which then rolls back as a whole', async () => {
    const before = await tally();
    const failing = house.database.transaction(async () => {
      await add('a');
      await house.database.transaction(() => add('b'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await tally()).toEqual(before);
    expect(house.database.isInTransaction).toBe(false);
  });

  it('runs the work again after a deadlock, and its hooks once, after the commit', async () => {
    const [a = 0, b = 0] = await tally();
    let runs = 0;
    const hooks: number[] = [];
    const meet = (() => {
      let waiting = 2;
      let open = () => {};
      const both = new Promise<void>((resolve) => (open = resolve));
      return () => (--waiting <= 0 ? open() : undefined, both);
    })();
    const cross = (first: string, second: string) =>
      house.database.transaction(async () => {
        runs++;
        await add(first);
        await meet();
        await add(second);
        house.database.afterCommit(() => hooks.push(runs));
      });
    await Promise.all([cross('a', 'b'), cross('b', 'a')]);
    expect(await tally()).toEqual([a + 2, b + 2]);
    expect(runs).toBe(3);
    expect(hooks).toHaveLength(2);
  });

  it('calls no hook when nothing was committed, and calls it at once outside of a transaction', async () => {
    let called = 0;
    const hook = () => void called++;
    const failing = house.database.transaction(async () => {
      house.database.afterCommit(hook);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(called).toBe(0);
    house.database.afterCommit(hook);
    expect(called).toBe(1);
  });

  it('needs no table but those of its migrations', async () => {
    const { upQueries } = await house.source.driver.createSchemaBuilder().log();
    expect(upQueries).toEqual([]);
  });
});
