import { checkApplied } from './applied.js';
import { checkCauses, checkEffects, type Effect } from './effects.js';
import type { Cursor, Fact, Finding, Numbering } from './facts.js';
import { checkFolded, fold } from './folded.js';
import { checkPublished } from './published.js';

const topic = 'house.lamp.v1';
const fact = (key: string, revision: number, more: Partial<Fact> = {}): Fact => ({
  ...{ topic, partition: 0, key, id: `${key}-${revision}`, type: 'LampLit', sequence: revision, revision },
  ...{ causationId: undefined, value: '{}', ...more },
});
const numbering = (subject: string, last: number): Numbering => ({ topic, subject, last });
const names = (findings: Finding[]) => [...new Set(findings.map(({ check }) => check))];

describe('what was committed against what the topics hold', () => {
  const sound = [fact('a', 1), fact('b', 1), fact('a', 2), fact('a', 1), fact('a', 2), fact('a', 3)];
  const numberings = [numbering('a', 3), numbering('b', 1)];
  const check = (facts: Fact[], given = numberings) => names(checkPublished(facts, given).findings);

  it('is sound when a batch was published again', () => {
    expect(check(sound)).toEqual([]);
    expect(checkPublished(sound, numberings).duplicates).toBe(2);
  });

  it.each<[string, Fact[], Numbering[]]>([
    ['published: nothing is lost', sound.slice(0, 5), numberings],
    ['published: nothing is lost', sound, [...numberings, numbering('c', 1)]],
    ['published: nothing is foreign', [...sound, fact('b', 2)], numberings],
    ['published: nothing is foreign', [...sound, fact('c', 1)], numberings],
    [
      'published: numbers come in order',
      [...sound, fact('a', 5), fact('a', 4)],
      [numbering('a', 5), numbering('b', 1)],
    ],
    ['published: a number has one event', [...sound, fact('a', 2, { id: 'other' })], numberings],
    ['published: a subject has one partition', [...sound, fact('a', 3, { partition: 1 })], numberings],
  ])('finds: %s', (name, facts, given) => {
    expect(check(facts, given)).toContain(name);
  });
});

describe('what the topics hold against the cursors', () => {
  const { streams } = checkPublished([fact('a', 1), fact('a', 2)], [numbering('a', 2)]);
  const cursor = (more: Partial<Cursor> = {}): Cursor => ({
    ...{ consumer: 'bill', topic, subject: 'a', last: 2, state: 'open', ...more },
  });
  const check = (...cursors: Cursor[]) => names(checkApplied(streams.values(), cursors, [{ consumer: 'bill', topic }]));

  it('is sound when each stands open behind the last', () => expect(check(cursor())).toEqual([]));

  it.each<[string, Cursor[]]>([
    ['applied: nothing is lost', []],
    ['applied: nothing is lost', [cursor({ last: 1 })]],
    ['applied: nothing is lost', [cursor({ consumer: 'other' })]],
    ['applied: nothing is parked', [cursor({ state: 'parked' })]],
  ])('finds: %s', (name, cursors) => expect(check(...cursors)).toEqual([name]));
});

describe('the effects of events', () => {
  const { streams } = checkPublished([fact('a', 1), fact('a', 2)], [numbering('a', 2)]);
  const effect = (sequence: number): Effect => ({ topic, subject: 'a', sequence, eventId: `a-${sequence}` });
  const check = (...effects: Effect[]) => names(checkEffects(effects, streams.values()));

  it('are sound when each happens once and in order', () => expect(check(effect(1), effect(2))).toEqual([]));

  it('show what was lost, applied twice, and out of order', () => {
    expect(check(effect(1))).toEqual(['effects: nothing is lost']);
    expect(check(effect(1), effect(1), effect(2))).toContain('effects: nothing is applied twice');
    expect(check(effect(2), effect(1))).toEqual(['effects: in order, without gaps']);
  });

  it('show a cause that worked twice, and not one that was published twice', () => {
    const bill = fact('a', 1, { topic: 'bill', causationId: 'x' });
    expect(checkCauses([bill, bill])).toEqual([]);
    expect(names(checkCauses([bill, { ...bill, id: 'again' }]))).toEqual(['effects: a cause works once']);
  });
});

describe('a read model against its events', () => {
  const states = [fact('a', 2, { value: '{"x":2,"y":1}' }), fact('a', 1, { value: '{"x":1}' }), fact('b', 1)];
  const facts = [...states, fact('b', 2, { value: null })];

  it('is sound when it holds the last state of what is not erased', () => {
    expect(checkFolded('lamps', fold(facts, topic), new Map([['a', { y: 1, x: 2 }]]))).toEqual([]);
  });

  it.each([
    ['is not there', new Map<string, unknown>()],
    ['its events say {"x":2,"y":1}', new Map<string, unknown>([['a', { x: 1, y: 1 }]])],
    ['its events say it is not', new Map<string, unknown>([...fold(facts, topic), ['b', {}]])],
  ])('finds: %s', (says, rows) => {
    const findings = checkFolded('lamps', fold(facts, topic), rows);
    expect(findings).toEqual([expect.objectContaining({ check: 'read model: lamps' })]);
    expect(findings[0]?.says).toContain(says);
  });
});
