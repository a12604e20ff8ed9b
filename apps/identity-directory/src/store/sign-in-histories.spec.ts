import { isUpstreamSignIn, type SignInRequest, type SignInResponse } from '@homerealm/contracts';
import { upstreamAccountText } from '@homerealm/domain';
import fc from 'fast-check';
import { isProvenEmail } from '../domain/is-proven-email.js';
import { enterpriseIdentityOf, isPending, type User } from '../domain/user.js';
import { aSignInStep, aStep, historian, requestOf, type Step } from '../fixtures/histories.js';
import { InMemoryDirectory } from './in-memory.directory.js';
import { InMemoryLinks } from './in-memory.links.js';

type Moment = { before: User[]; after: User[]; request?: SignInRequest; answer?: SignInResponse };

function open() {
  const directory = new InMemoryDirectory();
  const users = () => [...directory.users.values()];
  return { directory, users, history: historian(directory, new InMemoryLinks(directory), async () => users()) };
}

/** Runs a history, and lets each moment of it be looked at. */
async function run(steps: Step[], look: (moment: Moment, directory: InMemoryDirectory) => void) {
  const { directory, users, history } = open();
  for (const step of steps) {
    const before = users();
    if (step.kind === 'upstream' || step.kind === 'own') {
      const request = requestOf(step);
      const answer = await history.signIn(request);
      look({ before, after: users(), request, answer }, directory);
    } else {
      await history.run(step);
      look({ before, after: users() }, directory);
    }
  }
}

const histories = fc.array(aStep, { maxLength: 30 });
const check = (runs: number, look: (moment: Moment, directory: InMemoryDirectory) => void) =>
  fc.assert(
    fc.asyncProperty(histories, (steps) => run(steps, look)),
    { numRuns: runs },
  );

const accountsOf = (users: User[]) =>
  users.flatMap(({ userId, identities }) =>
    identities.flatMap(({ account }) => (account ? [[upstreamAccountText(account), userId] as const] : [])),
  );
const areUnique = (values: unknown[]) => expect(new Set(values).size).toBe(values.length);

describe('any history of sign-ins, trust, and what admins do', () => {
  it('A1: never gives one upstream account, address, number or name to two users', () =>
    check(300, ({ after }) => {
      areUnique(accountsOf(after).map(([account]) => account));
      for (const type of ['email', 'phone', 'username'])
        areUnique(
          after.flatMap(({ identities }) =>
            identities.filter((one) => one.type === type && one.verified).map(({ canon }) => canon),
          ),
        );
    }));

  it('never leaves a user without an identity, nor an enterprise user with another one', () =>
    check(300, ({ before, after }) => {
      for (const { identities } of after) {
        expect(identities.length).toBeGreaterThan(0);
        if (identities.some(({ type }) => type === 'enterprise')) expect(identities.length).toBe(1);
        if (identities.some(({ type }) => type === 'username'))
          expect(identities.some((one) => one.type === 'email' && one.verified)).toBe(true);
        for (const type of new Set(identities.map((one) => one.type)))
          expect(identities.filter((one) => one.type === type && one.primary).length).toBe(1);
      }
      const left = after.map(({ userId }) => userId);
      for (const { userId } of before) expect(left).toContain(userId);
    }));

  it('A3: links only by a proven address or a waiting identity, and lets no sign-in move an account', () =>
    check(300, ({ before, after, request, answer }) => {
      if (!request) return;
      const owners = new Map(accountsOf(before));
      for (const [account, userId] of accountsOf(after)) expect(owners.get(account) ?? userId).toBe(userId);
      if (answer?.outcome !== 'signed-in') return;
      const was = before.find(({ userId }) => userId === answer.userId);
      expect(was?.status).not.toBe('suspended');
      if (answer.change === 'created') expect(was).toBeUndefined();
      if (!isUpstreamSignIn(request)) {
        expect(['matched', 'created']).toContain(answer.change);
        expect(was === undefined || enterpriseIdentityOf(was) === undefined).toBe(true);
        return;
      }
      const proof = isProvenEmail(request.connection, request.account, request.provenEmail);
      if (answer.change === 'bound') expect(proof.proven || request.connection.pinnedTenant).toBe(true);
      if (answer.change !== 'linked') return;
      expect(proof.proven).toBe(true);
      const theirs = was?.identities.some((one) => one.type === 'email' && one.verified && one.canon === proof.canon);
      expect(theirs).toBe(true);
    }));

  it('row 4: never links a user of another enterprise account, nor makes a twin of one', () =>
    check(300, ({ before, request, answer }) => {
      if (!request || !isUpstreamSignIn(request) || !answer) return;
      const key = upstreamAccountText(request.account.key);
      const proof = isProvenEmail(request.connection, request.account, request.provenEmail);
      const known = accountsOf(before).some(([account]) => account === key);
      if (known || !proof.proven) return;
      const holds = (user: User) => user.identities.some((one) => one.emailProven && one.canon === proof.canon);
      const verified = before.find((user) =>
        user.identities.some((one) => one.type === 'email' && one.verified && one.canon === proof.canon),
      );
      const holder = verified ?? before.find((user) => enterpriseIdentityOf(user) && holds(user));
      const waits = before.some((user) =>
        user.identities.some((one) => isPending(one) && one.connectionId === request.connection.connectionId),
      );
      if (!holder || !enterpriseIdentityOf(holder) || waits) return;
      expect(answer).toMatchObject({ outcome: 'refused', code: 'user.other-enterprise-identity' });
    }));

  it('tells every identity that comes and goes, so that who listens has the same', () =>
    check(150, ({ after }, { happened }) => {
      const told = new Map<string, string>();
      for (const { type, data } of happened) {
        if (type === 'IdentityAdded') told.set(`${data.userId} ${data.identityId}`, data.type);
        if (type === 'IdentityRemoved') expect(told.delete(`${data.userId} ${data.identityId}`)).toBe(true);
      }
      const stands = after.flatMap(({ userId, identities }) =>
        identities.map((one) => [`${userId} ${one.identityId}`, one.type] as const),
      );
      expect([...told].sort()).toEqual([...stands].sort());
    }));
});

describe('a dry run', () => {
  it('predicts the answer and the difference of the real sign-in, and changes nothing', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 15 }), aSignInStep, async (steps, last) => {
        const { directory, history } = open();
        for (const step of steps) await history.run(step);
        const stood = structuredClone([directory.users, directory.happened, directory.links]);
        const request = requestOf(last);
        const dry = await history.signIn({ ...request, dryRun: true });
        expect([directory.users, directory.happened, directory.links]).toEqual(stood);
        const real = await history.signIn(request);
        expect([real.outcome, real.checks]).toEqual([dry.outcome, dry.checks]);
        if (real.outcome === 'signed-in' && dry.outcome === 'signed-in') {
          expect([real.change, real.difference]).toEqual([dry.change, dry.difference]);
          expect(real.difference).toBeDefined();
        }
      }),
      { numRuns: 300 },
    ));
});
