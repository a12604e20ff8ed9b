import { allTopics } from './index.js';

describe('the topics', () => {
  it('have unique names of the form <owner>.<aggregate>.v<N>, owned by the service they are named after', () => {
    expect(new Set(allTopics.map(({ name }) => name)).size).toBe(allTopics.length);
    for (const { name, owner } of allTopics) expect(name).toMatch(new RegExp(`^${owner}\\.[a-z-]+\\.v\\d+$`));
  });

  const events = allTopics.flatMap((topic) =>
    Object.entries(topic.events).map(([type, declared]) => ({ name: `${topic.name} ${type}`, declared })),
  );
  it.each(events)('$name has an example that fits its schema', ({ declared }) => {
    expect(declared.data.safeParse(declared.example).error).toBeUndefined();
  });

  it('of state name the event topic they are the state of', () => {
    const names = allTopics.map(({ name }) => name);
    for (const topic of allTopics) {
      expect(topic.stateOf !== undefined).toBe(topic.policy.cleanup === 'compact');
      if (topic.stateOf !== undefined) expect(names).toContain(topic.stateOf);
    }
  });

  it('that any service may read carry no personal data', () => {
    const personal = /email|givenName|familyName|picture|displayName|preferredUsername/;
    const open = allTopics.filter(({ readers, name }) => readers === 'any' && !name.includes('connection'));
    for (const { name, events: declared } of open) {
      const fields = Object.values(declared).flatMap(({ data }) =>
        Object.keys((data as { shape?: object }).shape ?? {}),
      );
      expect([name, fields.filter((field) => personal.test(field))]).toEqual([name, []]);
    }
  });
});
