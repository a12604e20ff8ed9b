import type { SignInResponse } from '@homerealm/contracts';
import { upstreamAccountText } from '@homerealm/domain';
import fc from 'fast-check';
import { aConnection, anAccount, aUser, aWaitingAccount, anEmail, newId, now } from '../domain/directory.builders.js';
import { isProvenEmail } from '../domain/is-proven-email.js';
import type { User } from '../domain/user.js';
import { DirectoryConflict } from '../use-cases/directory.port.js';
import { SignInUser } from '../use-cases/sign-in-user.js';
import { SuspendUser } from '../use-cases/suspend-user.js';
import { aRequest } from './directory.conformance.js';
import { InMemoryDirectory } from './in-memory.directory.js';

const emails = ['ada@contoso.example', 'bob@contoso.example', 'ada@fabrikam.example'];
const connections = [
  aConnection(),
  aConnection({ connectionId: newId('conn'), trustedProvider: false }),
  aConnection({ connectionId: newId('conn'), pinnedTenant: false }),
  aConnection({ connectionId: newId('conn'), strategy: 'entra-saml', createUsers: false }),
  aConnection({ connectionId: newId('conn'), strategy: 'google', pinnedTenant: false }),
];

const aStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('sign-in' as const),
      account: fc.integer({ min: 1, max: 4 }),
      email: fc.option(fc.constantFrom(...emails), { nil: undefined }),
      connection: fc.constantFrom(...connections),
      vouched: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      email: fc.constantFrom(...emails),
      as: fc.constantFrom('verified', 'claimed', 'waiting'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('suspend' as const), pick: fc.nat(9) }) },
);
type Step = (typeof aStep extends fc.Arbitrary<infer T> ? T : never) & object;

/** Runs a history, and lets each sign-in be looked at with the users as they were before it. */
async function run(steps: Step[], look: (before: User[], after: User[], step: Step, answer?: SignInResponse) => void) {
  const directory = new InMemoryDirectory();
  const signIn = new SignInUser(directory, { now: () => now, newId });
  const suspend = new SuspendUser(directory);
  for (const step of steps) {
    const before = [...directory.users.values()];
    let answer: SignInResponse | undefined;
    if (step.kind === 'sign-in') answer = await signIn.execute(requestOf(step));
    if (step.kind === 'add') await directory.save({ before: null, after: added(step), happened: [] }).catch(ifTaken);
    if (step.kind === 'suspend' && before[step.pick]) await suspend.execute((before[step.pick] as User).userId);
    look(before, [...directory.users.values()], step, answer);
  }
}

const ifTaken = (error: unknown) => {
  if (!(error instanceof DirectoryConflict)) throw error;
};
const added = ({ email, as }: Extract<Step, { kind: 'add' }>) =>
  aUser([as === 'waiting' ? aWaitingAccount(email) : anEmail(email, as === 'verified')], { revision: 0 });

function requestOf({ account, email, connection, vouched }: Extract<Step, { kind: 'sign-in' }>) {
  const claims = { ...(email && { email }), emailVerified: vouched, emailDomainOwnerVerified: vouched };
  return aRequest({ connection, account: anAccount(account, claims) });
}

const accountsOf = (users: User[]) =>
  users.flatMap(({ userId, identities }) =>
    identities.flatMap(({ account }) => (account ? [[upstreamAccountText(account), userId] as const] : [])),
  );

describe('any history of sign-ins', () => {
  it('never gives one upstream account to two users, nor leaves a user without an identity', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 25 }), (steps) =>
        run(steps, (_before, after) => {
          const accounts = accountsOf(after).map(([account]) => account);
          expect(new Set(accounts).size).toBe(accounts.length);
          for (const { identities } of after) {
            expect(identities.length).toBeGreaterThan(0);
            if (identities.some(({ type }) => type === 'enterprise')) expect(identities.length).toBe(1);
            for (const type of new Set(identities.map((one) => one.type)))
              expect(identities.filter((one) => one.type === type && one.primary).length).toBe(1);
          }
        }),
      ),
      { numRuns: 150 },
    ));

  it('gives an account to somebody who was there only by a proof or a waiting identity, and moves none', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 25 }), async (steps) => {
        await run(steps, (before, after, step, answer) => {
          const owners = new Map(accountsOf(before));
          for (const [account, userId] of accountsOf(after)) expect(owners.get(account) ?? userId).toBe(userId);
          if (step.kind !== 'sign-in' || answer?.outcome !== 'signed-in') return;
          const request = requestOf(step);
          const proof = isProvenEmail(request.connection, request.account);
          if (answer.change === 'linked') expect(proof.proven).toBe(true);
          if (answer.change === 'bound') expect(proof.proven || request.connection.pinnedTenant).toBe(true);
          if (answer.change === 'created') expect(before.map(({ userId }) => userId)).not.toContain(answer.userId);
          expect(before.find(({ userId }) => userId === answer.userId)?.status).not.toBe('suspended');
        });
      }),
      { numRuns: 150 },
    ));

  it('decides a dry run as the real one, and changes nothing by it', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 10 }), aStep, async (steps, last) => {
        if (last.kind !== 'sign-in') return;
        const directory = new InMemoryDirectory();
        const signIn = new SignInUser(directory, { now: () => now, newId });
        for (const step of steps) {
          if (step.kind === 'sign-in') await signIn.execute(requestOf(step));
          if (step.kind === 'add')
            await directory.save({ before: null, after: added(step), happened: [] }).catch(ifTaken);
        }
        const told = directory.happened.length;
        const users = structuredClone(directory.users);
        const request = requestOf(last);
        const dry = await signIn.execute({ ...request, dryRun: true });
        expect(directory.users).toEqual(users);
        expect(directory.happened.length).toBe(told);
        const real = await signIn.execute(request);
        expect([real.outcome, real.checks]).toEqual([dry.outcome, dry.checks]);
      }),
      { numRuns: 100 },
    ));
});
