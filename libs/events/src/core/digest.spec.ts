import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { exampleTopics } from '../fixtures/example-topics.js';
import { differences, digestOf, knownSubjects } from './digest.js';

const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');

describe('a digest', () => {
  it('is what the worked example of the docs says', () => {
    const example = /```text digest-example\n([^]*?)```\n[^]*?`([0-9a-f]{64})`/.exec(page);
    const lines = (example?.[1] ?? '').trim().split('\n');
    const numbers = new Map(lines.map((line) => line.split(' → ')).map(([subject = '', n]) => [subject, Number(n)]));
    expect(numbers.size).toBe(3);
    expect(digestOf(numbers)).toBe(example?.[2]);
  });

  it('of nothing is the SHA-256 of nothing, as the docs say', () => {
    const empty = createHash('sha256').digest('hex');
    expect(digestOf(new Map())).toBe(empty);
    expect(page).toContain(empty);
  });

  it('does not depend on the order in which subjects were heard of', () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.nat()), {
      selector: ([subject]) => subject,
    });
    fc.assert(fc.property(pairs, (all) => digestOf(new Map(all)) === digestOf(new Map([...all].reverse()))));
  });

  it('orders subjects by their bytes, not by UTF-16', () => {
    const expected = createHash('sha256').update('\uff5e\t1\n\u{1f600}\t2\n').digest('hex');
    expect(
      digestOf(
        new Map([
          ['\u{1f600}', 2],
          ['\uff5e', 1],
        ]),
      ),
    ).toBe(expected);
  });

  it('differs when one number does', () => {
    expect(digestOf(new Map([['a', 1]]))).not.toBe(digestOf(new Map([['a', 2]])));
  });
});

describe('what is known of subjects', () => {
  const { lampTopic, lampStateTopic } = exampleTopics('digest');
  const record = (sequence: number, change = {}) => ({ sequence, revision: sequence, erased: false, ...change });

  it('comes from the events and, where these have expired, from the states', () => {
    const own = new Map([['new', record(7)]]);
    const states = new Map([
      ['new', record(6)],
      ['old', record(3)],
    ]);
    expect([...knownSubjects(lampTopic, own, [states])]).toEqual([
      ['new', { number: 7, erased: false }],
      ['old', { number: 3, erased: false }],
    ]);
  });

  it('is erased when the event says so, or every state topic that knows the subject', () => {
    const own = new Map([
      ['told', record(2, { erased: true })],
      ['half', record(1)],
      ['gone', record(1)],
    ]);
    const one = new Map([
      ['half', record(1, { erased: true })],
      ['gone', record(1, { erased: true })],
    ]);
    const other = new Map([['half', record(1)]]);
    const known = knownSubjects(lampTopic, own, [one, other]);
    expect([...known].filter(([, { erased }]) => erased).map(([subject]) => subject)).toEqual(['told', 'gone']);
  });

  it('counts revisions on state topics', () => {
    const known = knownSubjects(lampStateTopic, new Map([['a', record(3, { revision: 9 })]]));
    expect(known.get('a')).toEqual({ number: 9, erased: false });
  });
});

describe('a consumer', () => {
  const open = (number: number) => ({ number, state: 'open' });

  it('differs where it misses a subject, is behind, or knows more than the log', () => {
    const log = new Map(['same', 'missing', 'behind', 'ahead'].map((name) => [name, { number: 5, erased: false }]));
    const cursors = new Map([
      ['same', open(5)],
      ['behind', { number: 4, state: 'parked' }],
      ['ahead', open(6)],
      ['expired', open(1)],
    ]);
    expect(differences(log, cursors)).toEqual([
      { subject: 'missing', is: 'missing', log: 5, consumer: null, state: null },
      { subject: 'behind', is: 'behind', log: 5, consumer: 4, state: 'parked' },
      { subject: 'ahead', is: 'ahead', log: 5, consumer: 6, state: 'open' },
    ]);
  });

  it('need not know a subject that is erased, but must not have stopped before it was', () => {
    const log = new Map(['never', 'late'].map((name) => [name, { number: 5, erased: true }]));
    expect(differences(log, new Map([['late', open(4)]]))).toEqual([
      { subject: 'late', is: 'behind', log: 5, consumer: 4, state: 'open' },
    ]);
  });
});
