import { CredentialId } from '@homerealm/domain';
import fc from 'fast-check';
import { nextTurn } from './daily-turn.js';
import { challengeText, type DnsAnswer, type DomainProof, judgeProof, toldOfProof } from './domain-proof.js';
import { expiryStep, stepToTell } from './expiry-step.js';
import { recordProbe } from './probe.js';

const day = 86_400_000;
const end = new Date('2027-01-31T12:00:00.000Z');
const before = (days: number) => new Date(end.getTime() - days * day);

describe('notices of an end', () => {
  it.each([
    [31, undefined],
    [30.001, undefined],
    [30, 30],
    [14.5, 30],
    [14, 14],
    [7, 7],
    [1.2, 7],
    [1, 1],
    [0.001, 1],
    [0, 0],
    [-400, 0],
  ])('%d days before are the step %s', (days, step) => expect(expiryStep(end, before(days))).toBe(step));

  it('tell of the latest step only after a long silence, and of none twice', () => {
    expect(stepToTell(end, before(5), [])).toBe(7);
    expect(stepToTell(end, before(5), [7])).toBeUndefined();
    expect(stepToTell(end, before(5), [30, 14])).toBe(7);
    expect(stepToTell(end, before(20), [7])).toBeUndefined();
  });

  it('come once for each step, in order, however often and irregularly somebody looks', () => {
    const looks = fc.array(fc.double({ min: -5, max: 40, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(looks, (days) => {
        const told: number[] = [];
        for (const left of days.sort((one, other) => other - one)) {
          const step = stepToTell(end, before(left), told);
          if (step !== undefined) told.push(step);
        }
        expect(told).toEqual([...new Set(told)].sort((one, other) => other - one));
        expect(told.at(-1)).toBe(expiryStep(end, before(Math.min(...days))));
      }),
    );
  });
});

describe('daily turns', () => {
  const now = new Date('2026-05-05T10:00:00.000Z');

  it('come within a day, at the same time every day', () => {
    fc.assert(
      fc.property(fc.string(), fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (name, at) => {
        const turn = nextTurn(name, at);
        expect(turn.getTime()).toBeGreaterThan(at.getTime());
        expect(turn.getTime() - at.getTime()).toBeLessThanOrEqual(day);
        expect(nextTurn(name, turn).getTime() - turn.getTime()).toBe(day);
      }),
    );
  });

  it('are spread over the day: ids that follow each other do not crowd', () => {
    const hours = new Array<number>(24).fill(0);
    for (let index = 0; index < 2400; index += 1) {
      const hour = nextTurn(`conn_01JB8Z5Q0000000000000${String(index).padStart(5, '0')}`, now).getUTCHours();
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    expect(Math.min(...hours)).toBeGreaterThan(60);
    expect(Math.max(...hours)).toBeLessThan(140);
  });
});

describe('a proof of a domain', () => {
  const now = new Date('2026-05-05T10:00:00.000Z');
  const earlier = new Date('2026-05-01T10:00:00.000Z');
  const proof = (state: DomainProof['state']): DomainProof => ({
    ...{ domain: 'contoso.example', token: 'abc', state, problem: null, requestedAt: earlier, checkedAt: earlier },
    verifiedAt: state === 'verified' ? earlier : null,
  });
  const right: DnsAnswer = { kind: 'found', texts: ['v=spf1 -all', challengeText('abc')] };
  const other: DnsAnswer = { kind: 'found', texts: [challengeText('abd'), `x${challengeText('abc')}`] };
  const none: DnsAnswer = { kind: 'absent' };
  const silent: DnsAnswer = { kind: 'unreachable' };

  it.each<[DomainProof['state'], DnsAnswer, DomainProof['state'], DomainProof['problem'], boolean | undefined]>([
    ['pending', right, 'verified', null, true],
    ['pending', other, 'failed', 'record-differs', undefined],
    ['pending', none, 'failed', 'record-missing', undefined],
    ['pending', silent, 'pending', 'dns-unreachable', undefined],
    ['failed', right, 'verified', null, true],
    ['failed', none, 'failed', 'record-missing', undefined],
    ['verified', right, 'verified', null, undefined],
    ['verified', none, 'failed', 'record-missing', false],
    ['verified', other, 'failed', 'record-differs', false],
    ['verified', silent, 'verified', 'dns-unreachable', undefined],
  ])('that is %s, and %j: is %s (%s), told: %s', (from, answer, to, problem, told) => {
    const after = judgeProof(proof(from), answer, now);
    expect(after).toMatchObject({ state: to, problem, checkedAt: now });
    expect(toldOfProof(from, after.state)).toBe(told);
  });

  it('keeps the time since which it holds', () => {
    expect(judgeProof(proof('verified'), right, now).verifiedAt).toEqual(earlier);
    expect(judgeProof(proof('failed'), right, now).verifiedAt).toEqual(now);
    expect(judgeProof(proof('verified'), none, now).verifiedAt).toBeNull();
  });
});

describe('tries of a credential', () => {
  const id = CredentialId.parse('cred_01jb8z5q000000000000000000');
  const finding = (outcome: 'works' | 'wrong') => ({ outcome, error: null, aadsts: [] });
  const [monday, tuesday] = [new Date('2026-05-04T10:00:00Z'), new Date('2026-05-05T10:00:00Z')];

  it('are news when they show something else than the day before', () => {
    const first = recordProbe(id, undefined, finding('works'), monday);
    expect(first.isNews).toBe(false);
    expect(recordProbe(id, first.record, finding('works'), tuesday)).toMatchObject({
      isNews: false,
      record: { since: monday, checkedAt: tuesday },
    });
    expect(recordProbe(id, first.record, finding('wrong'), tuesday)).toMatchObject({
      isNews: true,
      record: { since: tuesday },
    });
    expect(recordProbe(id, undefined, finding('wrong'), monday).isNews).toBe(true);
  });
});
