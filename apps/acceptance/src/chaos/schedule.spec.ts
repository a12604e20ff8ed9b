import { isKill, nameOf, scheduleFrom, type Step } from './schedule.js';

const take = (count: number, seed: number, form: 'short' | 'long'): Step[] => {
  const steps = scheduleFrom(seed, form);
  return Array.from({ length: count }, () => steps.next().value);
};

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(take(50, 7, 'long')).toEqual(take(50, 7, 'long'));
    expect(take(50, 7, 'long')).not.toEqual(take(50, 8, 'long'));
  });

  it.each([1, 2, 3])('has some of every kind after one round, with seed %i', (seed) => {
    const kinds = new Set(take(22, seed, 'long').map(({ fault }) => fault.kind));
    expect([...kinds].sort()).toEqual(
      ['kill', 'kill-at', 'kill-broker', 'kill-postgres', 'second', 'stop', 'stop-at', 'storm', 'tcp'].sort(),
    );
  });

  it.each([1, 2, 3])('kills at least five times in one short round, with seed %i', (seed) => {
    expect(take(11, seed, 'short').filter(({ fault }) => isKill(fault)).length).toBeGreaterThanOrEqual(5);
  });

  it('pauses for one to five seconds in between', () => {
    const pauses = take(200, 5, 'long').map(({ pause }) => pause);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5000);
  });

  it('has a name for every fault', () => {
    for (const { fault } of take(100, 4, 'long')) expect(nameOf(fault)).not.toContain('undefined');
  });
});
