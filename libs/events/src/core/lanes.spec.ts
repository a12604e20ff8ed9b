import fc from 'fast-check';
import { intoLanes, Progress, Slots } from './lanes.js';

describe('lanes', () => {
  it('keep what has one key together and in order, lose nothing, and are no more than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')),
        fc.integer({ min: 1, max: 5 }),
        (keys, most) => {
          const items = keys.map((key, place) => ({ key, place }));
          const lanes = intoLanes(items, ({ key }) => key, most);
          expect(lanes.length).toBeLessThanOrEqual(most);
          expect(lanes.flat().sort((a, b) => a.place - b.place)).toEqual(items);
          for (const key of new Set(keys)) {
            const holding = lanes.filter((lane) => lane.some((item) => item.key === key));
            expect(holding).toHaveLength(1);
            const places = holding
              .flat()
              .filter((item) => item.key === key)
              .map(({ place }) => place);
            expect(places).toEqual([...places].sort((a, b) => a - b));
          }
        },
      ),
    );
  });
});

describe('progress', () => {
  it('is told in order, up to the first item that is not finished', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7]), (finished) => {
        const items = [0, 1, 2, 3, 4, 5, 6, 7];
        const done: number[] = [];
        const progress = new Progress(items, (item) => done.push(item));
        for (const item of finished) progress.finish(item);
        const hole = items.findIndex((item) => !finished.includes(item));
        expect(done).toEqual(hole === -1 ? items : items.slice(0, hole));
        expect(progress.isWhole).toBe(hole === -1);
      }),
    );
  });
});

describe('slots', () => {
  it('let no more work at a time than there are, and give a slot back after a failure', async () => {
    const slots = new Slots(2);
    let [atOnce, most] = [0, 0];
    const work = async (fails: boolean) => {
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      atOnce--;
      if (fails) throw new Error('failed');
    };
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((n) => slots.use(() => work(n % 2 === 0))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(most).toBe(2);
  });
});
