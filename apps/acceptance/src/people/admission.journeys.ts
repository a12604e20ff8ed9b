import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import type { Employee } from './company.js';
import { Gate, over } from './gate.js';
import { Workplace } from './workplace.js';
import type { World } from './world.js';

/** What has happened, how it is undone, and how it ends for somebody who begins, and who comes back from the company. */
type State = {
  happens: (userId: string) => Promise<unknown>;
  undone: (userId: string) => Promise<unknown>;
  begins: string;
  comesBack: string;
  /** Whether the session is gone for good, or is refused for as long as it is so. */
  ends: boolean;
};

/** One gate for every path: what refuses a sign-in refuses what is on its way, and what rests on one of before. */
export function admissions(world: () => World): void {
  let place: Workplace;
  let gate: Gate;
  beforeAll(async () => {
    place = await Workplace.open(world(), 'admission');
    await world().simulator.ask('POST', 'apps', { clientId: place.company.clientId, multiTenant: true });
    gate = new Gate(world(), await world().register());
  }, 60_000);

  const connection = (how: string, body: object) => () =>
    world().registry('POST', `/connections/${place.connectionId}/${how}`, body);
  const settings = (change: object) => () => world().registry('PATCH', `/connections/${place.connectionId}`, change);
  const organization = (change: object) => () =>
    world().directory('PATCH', `/organizations/${place.organizationId}`, change);
  const application = (change: object) => () =>
    world().gateway('PATCH', `/applications/${gate.party.application.clientId}`, change);
  const user = (how: string) => (userId: string) => world().directory('POST', `/users/${userId}/${how}`);

  const states: Record<string, State> = {
    'a user who was suspended': {
      ...{ happens: user('suspend'), undone: user('reactivate') },
      ...{ begins: 'in', comesBack: 'user.suspended', ends: true },
    },
    'an organization that was suspended': {
      ...{ happens: organization({ suspended: true }), undone: organization({ suspended: false }) },
      ...{ begins: 'in', comesBack: 'organization.suspended', ends: true },
    },
    'a connection that was disabled': {
      happens: connection('disable', {}),
      undone: connection('enable', { override: true, reason: 'acceptance test' }),
      ...{ begins: 'connection.not-enabled', comesBack: 'connection.not-enabled', ends: true },
    },
    'a connection that is for other applications': {
      happens: settings({ enabledApplications: ['app_00000000000000000000000000'] }),
      undone: settings({ enabledApplications: null }),
      ...{ begins: 'connection.other-application', comesBack: 'connection.other-application', ends: false },
    },
    'an application that takes other connections': {
      happens: application({ connections: ['own-sign-in'] }),
      undone: application({ connections: null }),
      ...{ begins: 'application.other-connections', comesBack: 'application.other-connections', ends: false },
    },
    'a tenant that is not allowed any more': {
      happens: settings({ useCommonEndpoint: true, allowedTenants: ['c0a70500-0000-4000-8000-000000000001'] }),
      undone: settings({ useCommonEndpoint: false, allowedTenants: [] }),
      ...{ begins: 'in', comesBack: 'upstream.tenant-not-allowed', ends: false },
    },
  };

  /** One person in four places: signed in, with a code in hand, about to come back, about to begin. */
  async function everywhere(person: Employee) {
    const { party } = gate;
    const asks = place.asks(person);
    const [home, waiting, onTheWay] = [world().browser(), world().browser(), world().browser()];
    const signedIn = await party.signIn(home, asks);
    const withCode = await party.begin(asks);
    const code = (await waiting.walk(withCode.url, world().redirectUri)).location;
    const callback = `${world().system.issuer}/login/callback/`;
    const back = (await onTheWay.follow((await party.begin(asks)).url, callback)).location;
    if (!code || !back) throw new Error('no code, or no way back');
    return {
      ...{ userId: String(signedIn.id.sub), home, signedIn },
      redeem: () => party.redeem(code, withCode.checks),
      comeBack: () => onTheWay.follow(back, world().redirectUri),
      begin: async () =>
        world()
          .browser()
          .follow((await party.begin(asks)).url, world().system.urls.simulator),
    };
  }

  it('somebody of whom nothing of all this is true is let in on every path', async () => {
    const { home, signedIn, ...paths } = await everywhere(await place.company.hire('nobody-special'));
    expect(await gate.silently(home)).toBe('in');
    expect(await gate.standing(signedIn)).toEqual({ userinfo: 'in', introspection: true, refresh: 'in' });
    expect(await gate.errorOf(paths.redeem())).toBe('in');
    expect([await gate.verdict(await paths.begin()), await gate.verdict(await paths.comeBack())]).toEqual(['in', 'in']);
  });

  it.each(Object.entries(states))(
    'A36: %s refuses everything at once, with the reason in the record',
    async (_, state) => {
      const person = await place.company.hire(`person-${Object.values(states).indexOf(state)}`);
      const { userId, home, signedIn, ...paths } = await everywhere(person);
      expect(await gate.silently(home)).toBe('in');
      await state.happens(userId);
      try {
        await gate.untilOut(home);
        expect(await gate.standing(signedIn)).toEqual(over);
        expect(await gate.errorOf(paths.redeem())).toBe('invalid_grant');
        expect(await gate.verdict(await paths.begin())).toBe(state.begins);
        const page = await paths.comeBack();
        expect(await gate.verdict(page)).toBe(state.comesBack);
        expect(await world().attemptOn(page)).toMatchObject({ connectionId: place.connectionId });
        expect(textOf(page.text)).not.toMatch(/suspended|disabled/i);
      } finally {
        await state.undone(userId);
      }
      const again = () => gate.party.signIn(world().browser(), place.asks(person)).catch(() => undefined);
      const { id } = await eventually(again, { timeout: 20_000, every: 50, says: 'a new sign-in' });
      expect(id.sub).toBe(userId);
    },
  );

  it('A33: neither a session nor a connection of one organization opens another one', async () => {
    const { organizationId } = await world().directory<Workplace>('POST', '/organizations', { name: 'Next door' });
    const browser = world().browser();
    const asks = place.asks(await place.company.hire('neighbour'));
    await gate.party.signIn(browser, asks);
    expect(await gate.silently(browser, { org_code: place.organizationId })).toBe('in');
    expect(await gate.silently(browser, { org_code: organizationId })).toBe('login_required');
    const { url } = await gate.party.begin({ ...asks, org_code: organizationId });
    const page = await browser.follow(url, world().system.urls.simulator);
    expect(await gate.verdict(page)).toBe('connection.other-organization');
  });
}
