import { breaks, contractsOf, type Rule } from './compare-contracts.js';
import { allowed, breaking, released } from './fixtures/changes.js';

const rules: Record<Rule, true> = {
  'topic-stays': true,
  'owner-stays': true,
  'key-stays': true,
  'cleanup-stays': true,
  'partitions-stay': true,
  'state-of-stays': true,
  'readers-stay': true,
  'event-stays': true,
  type: true,
  values: true,
  text: true,
  number: true,
  'list-length': true,
  'required-field': true,
  'known-fields-only': true,
  'field-names': true,
  branch: true,
};
const before = contractsOf([released]);

describe('the compatibility gate', () => {
  it.each(breaking)('refuses: $change ($rule)', ({ rule, topics }) => {
    const found = breaks(before, contractsOf(topics));
    expect([...new Set(found.map((one) => one.rule))]).toEqual([rule]);
  });

  it.each(breaking.filter(({ topics }) => topics.length > 0))('refuses the way back as well: $change', ({ topics }) => {
    const undone = breaks(contractsOf(topics), before);
    const growing = ['event-stays', 'readers-stay'];
    const found = breaks(before, contractsOf(topics)).filter(({ rule }) => !growing.includes(rule));
    expect(undone.length > 0).toBe(found.length > 0);
  });

  it('is shown to bite with every rule', () => {
    expect(new Set(breaking.map(({ rule }) => rule))).toEqual(new Set(Object.keys(rules)));
  });

  it.each(allowed)('lets pass: $change', ({ topics }) => {
    expect(breaks(before, contractsOf(topics))).toEqual([]);
  });

  it('names the field, and who cannot read whom', () => {
    const [found] = breaks(before, contractsOf(breaking.find(({ change }) => change === 'a value more')?.topics ?? []));
    expect(found).toEqual({
      rule: 'values',
      where: 'house.lamp.v1 LampSwitched: state',
      says: 'consumers of the release cannot read today: ["dim"] cannot be read',
    });
  });
});
