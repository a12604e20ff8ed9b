import { randomBytes } from 'node:crypto';
import { makeId } from '@homerealm/domain';
import type { StartedSignIn, Transactions } from '../use-cases/transactions.port.js';

const start = Date.parse('2026-01-15T09:00:00Z');
const newState = () => randomBytes(32).toString('base64url');
const started = (change: Partial<StartedSignIn> = {}): StartedSignIn => ({
  ...{ attemptId: makeId('attempt', start, randomBytes(10)), uid: 'u', applicationId: 'app_1', organizationId: null },
  ...{ connectionId: 'conn_1', revision: 3, browserHash: 'mine', startedAt: start, expiresAt: start + 600_000 },
  ...{ usedAt: null, checks: [{ code: 'a.b', outcome: 'passed' }], upstream: { nonce: 'n', codeVerifier: 'v' } },
  ...change,
});

/** Every store of sign-ins on their way must pass this. */
export function itKeepsTransactions(open: () => Transactions): void {
  it('gives a transaction back as it was opened', async () => {
    const [state, sent] = [newState(), started({ organizationId: 'org_1' })];
    await open().open(state, sent);
    expect(await open().take(state, 'mine', start + 1)).toEqual(sent);
  });

  it('knows nothing of a state nobody gave', async () => {
    expect(await open().take(newState(), 'mine', start)).toBeNull();
  });

  it('uses it up once: later takers see when, and no secret any more', async () => {
    const state = newState();
    await open().open(state, started());
    await open().take(state, 'mine', start + 5);
    expect(await open().take(state, 'mine', start + 9)).toMatchObject({ usedAt: start + 5, upstream: null });
  });

  it('lets one of many takers through', async () => {
    const state = newState();
    await open().open(state, started());
    const takers = Array.from({ length: 12 }, () => open().take(state, 'mine', start + 1));
    const unused = (await Promise.all(takers)).filter((found) => found?.usedAt === null);
    expect(unused).toHaveLength(1);
  });

  it.each(['other', undefined])('is not used up by another browser: %s', async (browser) => {
    const state = newState();
    await open().open(state, started());
    await open().take(state, browser, start + 1);
    expect(await open().take(state, 'mine', start + 2)).toMatchObject({ usedAt: null });
  });

  describe('the form that leads to a provider', () => {
    const form = { action: 'https://login.example/saml2', fields: { SAMLRequest: 'PHhtbC8+' } };
    const owner = { connectionId: 'conn_1', browserHash: 'mine', now: start + 1 };

    it('is shown to its own browser as often as it asks, and the way back goes on', async () => {
      const state = newState();
      await open().open(state, started({ form }));
      expect(await open().formOf(state, owner)).toEqual(form);
      expect(await open().formOf(state, owner)).toEqual(form);
      expect(await open().take(state, 'mine', start + 2)).toMatchObject({ usedAt: null, form });
    });

    it.each<[string, Partial<typeof owner>]>([
      ['another browser', { browserHash: 'other' }],
      ['the address of another connection', { connectionId: 'conn_2' }],
      ['somebody too late', { now: start + 600_000 }],
    ])('is not shown to %s', async (_who, change) => {
      const state = newState();
      await open().open(state, started({ form }));
      expect(await open().formOf(state, { ...owner, ...change })).toBeNull();
    });

    it('is gone when the way back was used, and was never there where an address led there', async () => {
      const [state, byAddress] = [newState(), newState()];
      await open().open(state, started({ form }));
      await open().take(state, 'mine', start + 1);
      expect(await open().formOf(state, owner)).toBeNull();
      await open().open(byAddress, started());
      expect(await open().formOf(byAddress, owner)).toBeNull();
    });
  });

  it('sweeps what is long over, and nothing that could still come back', async () => {
    const [old, young] = [newState(), newState()];
    await open().open(old, started());
    await open().open(young, started({ expiresAt: start + 3_600_000 }));
    while ((await open().sweep(start + 900_000)) > 0);
    expect(await open().take(old, 'mine', start)).toBeNull();
    expect(await open().take(young, 'mine', start)).not.toBeNull();
  });
}
