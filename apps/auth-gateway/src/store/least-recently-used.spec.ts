import { LeastRecentlyUsed } from './least-recently-used.js';

describe('a bounded map', () => {
  it('lets go of the entry that was not asked for the longest', () => {
    const map = new LeastRecentlyUsed<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });
});
