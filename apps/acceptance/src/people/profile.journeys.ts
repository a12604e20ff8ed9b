import { eventually } from '@homerealm/testing';
import { ToldEvents } from '../client/told-events.js';
import { Company, type Employee } from './company.js';
import type { User, World } from './world.js';

type Source = { source: string; connectionId: string | null; policy: string; asOf: string };
type Known = User & { profileSources: Record<'givenName' | 'familyName' | 'picture', Source | null> };
/** What profile-sync heard last, and what it made of it. */
type Heard = { claims: { givenName?: string }; outcome: string; asOf: string; connectionId: string };

/** The smallest PNG there is. */
const photo = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const picture = `data:image/png;base64,${photo}`;
const patience = { timeout: 20_000 };

/** What becomes of the names and pictures that companies supply. */
export function profilesOfPeople(world: () => World): void {
  let company: Company;
  /** Connections by what they say of the sync. */
  let by: Record<'on' | 'off' | 'inherit', string>;
  beforeAll(async () => {
    company = await Company.found(world(), 'profiles.example');
    const connect = (syncProfile: string) =>
      company.connect(`profiles-${syncProfile}`, { syncProfile, extendedProfile: true, createUsers: true });
    by = { on: await connect('on'), off: await connect('off'), inherit: await connect('inherit') };
  }, 60_000);

  const known = async (subject: unknown) => (await world().userOf(subject)) as Known;
  const heardOf = (subject: unknown): Promise<Heard> =>
    world().management.ask('GET', `${world().system.urls.profileSync}/users/${String(subject)}/profile-source`);

  /** Signs in under a new given name; answers what profile-sync made of it. */
  async function signInAs(givenName: string, person: Employee, connectionId: string): Promise<Heard> {
    await company.change(person, { givenName });
    const { access } = await company.signIn(connectionId, person.email);
    return eventually(
      async () => {
        const heard = await heardOf(access.sub);
        return heard.claims.givenName === givenName && heard;
      },
      { ...patience, says: `the claims of ${givenName}` },
    );
  }

  /** Until profile-sync goes by it, as somebody else’s sign-ins show. */
  async function letEnvironment(syncProfiles: boolean, witness: Employee): Promise<void> {
    await world().registry('PATCH', '/policies', { syncProfiles });
    const wanted = `environment-${syncProfiles ? 'on' : 'off'}`;
    let turn = 0;
    await eventually(
      async () => (await signInAs(`${wanted} ${turn++}`, witness, by.inherit)).outcome === wanted,
      patience,
    );
  }

  it('are filled in by the first sign-in, whatever the policy; later ones go by the connection’s word before the environment’s', async () => {
    const ada = await company.hire('ada', { givenName: 'Ada', surname: 'First', photo });
    const witness = await company.hire('witness');
    const { id, access } = await company.signIn(by.off, ada.email);
    const first = await known(id.sub);
    expect(first.profile).toEqual({ givenName: 'Ada', familyName: 'First', picture });
    const filledIn = {
      ...{ source: 'provider', connectionId: by.off, policy: 'first-sign-in' },
      asOf: expect.stringMatching(/^20.*Z$/) as unknown,
    };
    expect(first.profileSources).toEqual({ givenName: filledIn, familyName: filledIn, picture: filledIn });

    const cells = [
      [true, 'off', 'connection-off'],
      [true, 'inherit', 'environment-on'],
      [true, 'on', 'connection-on'],
      [false, 'off', 'connection-off'],
      [false, 'inherit', 'environment-off'],
      [false, 'on', 'connection-on'],
    ] as const;
    const told: string[] = [];
    try {
      for (const [environment, setting, outcome] of cells) {
        if (setting === 'off') await letEnvironment(environment, witness);
        const name = `Ada, ${setting} in ${environment ? 'on' : 'off'}`;
        const heard = await signInAs(name, ada, by[setting]);
        expect([name, heard.outcome]).toEqual([name, outcome]);
        if (outcome.endsWith('-off')) continue;
        told.push(name);
        const { profileSources } = await eventually(async () => {
          const now = await known(access.sub);
          return now.profile['givenName'] === name && now;
        }, patience);
        expect(profileSources).toMatchObject({
          givenName: { source: 'provider', connectionId: by[setting], policy: outcome, asOf: heard.asOf },
        });
      }
    } finally {
      await world().registry('PATCH', '/policies', { syncProfiles: true });
    }
    await expectTold(ada, told);
  });

  /** Nothing was told but this, in this order; the look itself comes by a connection that does not sync. */
  async function expectTold({ email }: Employee, givenNames: string[], changes = givenNames.length): Promise<void> {
    const events = await ToldEvents.open(world().system.urls.demoApp, world().browser(), {
      email,
      connectionId: by.off,
    });
    try {
      const synced = await events.atLast('ProfileSynced', givenNames.length);
      expect(synced.map(({ data }) => data?.['profile'])).toEqual(
        givenNames.map((givenName) => expect.objectContaining({ givenName }) as unknown),
      );
      const changed = await events.atLast('UserProfileChanged', changes);
      expect(changed.map(({ data }) => [data?.['changed'], data?.['by']])).toEqual(
        Array.from({ length: changes }, () => [['givenName'], 'sync']),
      );
    } finally {
      events.close();
    }
  }

  it('stay, with their reasons, where the provider supplies nothing new', async () => {
    const bea = await company.hire('bea', { givenName: 'Bea', surname: 'Stays', photo });
    const { id } = await company.signIn(by.on, bea.email);
    await company.signIn(by.on, bea.email);
    await company.change(bea, { surname: null, photo: null });
    await signInAs('Beate', bea, by.on);
    const after = await eventually(async () => {
      const now = await known(id.sub);
      return now.profile['givenName'] === 'Beate' && now;
    }, patience);
    expect(after.profile).toEqual({ givenName: 'Beate', familyName: 'Stays', picture });
    const { givenName, familyName, picture: photographed } = after.profileSources;
    expect([givenName?.policy, familyName?.policy]).toEqual(['connection-on', 'connection-on']);
    expect(photographed).toEqual(familyName);
    expect(Date.parse(familyName?.asOf ?? '')).toBeLessThan(Date.parse(givenName?.asOf ?? ''));
    await expectTold(bea, ['Bea', 'Bea', 'Beate'], 1);
  });

  it('never give way to older claims: what an admin wrote since stays, value by value, until the provider has a newer word', async () => {
    const cy = await company.hire('cy', { givenName: 'Cy', surname: 'Early' });
    const { id } = await company.signIn(by.on, cy.email);
    const profileSync = world().system.service('profileSync');
    profileSync.signal('SIGSTOP'); // what it is told meanwhile arrives late
    try {
      await company.change(cy, { givenName: 'Late', surname: 'Late' });
      await company.signIn(by.on, cy.email);
      const path = `/users/${String(id.sub)}`;
      await world().directory('PATCH', path, { profile: { givenName: 'Written since' } });
    } finally {
      profileSync.signal('SIGCONT');
    }
    const late = await eventually(async () => {
      const now = await known(id.sub);
      return now.profile['familyName'] === 'Late' && now;
    }, patience);
    expect(late.profile['givenName']).toBe('Written since');
    expect(late.profileSources).toMatchObject({
      givenName: { source: 'admin', connectionId: null, policy: 'admin' },
      familyName: { source: 'provider', connectionId: by.on, policy: 'connection-on' },
    });
    await signInAs('Newest', cy, by.on);
    await eventually(async () => (await known(id.sub)).profile['givenName'] === 'Newest', patience);
  });

  it('come with the extended profile in `extra_claims` and the photo as picture, and without them where Graph refuses', async () => {
    const dora = await company.hire('dora', { givenName: 'Dora', surname: 'Extended', photo });
    await world().simulator.ask('POST', 'users', { oid: dora.oid, jobTitle: 'Head of Research', country: 'DE' });
    const full = await company.signIn(by.inherit, dora.email);
    expect(full.access['extra_claims']).toMatchObject({ jobTitle: 'Head of Research', country: 'DE' });
    expect(full.id).toMatchObject({
      ...{ given_name: 'Dora', family_name: 'Extended', picture },
      ext_provider: {
        connection_id: by.inherit,
        name: 'profiles-inherit',
        claims: { email: dora.email, given_name: 'Dora', picture, profile: { jobTitle: 'Head of Research' } },
      },
    });
    const plain = await company.during({ name: 'graph-403' }, () => company.signIn(by.inherit, dora.email));
    expect(plain.access).not.toHaveProperty('extra_claims');
    expect(plain.id).toMatchObject({ sub: full.id.sub, given_name: 'Dora', picture });
    expect(plain.id).not.toHaveProperty('ext_provider.claims.picture');
    const unasked = await company.signIn(await company.connect('profiles-plain', { createUsers: true }), dora.email);
    expect(unasked.access).not.toHaveProperty('extra_claims');
  });

  it('of somebody who signs up by email come from the form, the picture from Gravatar where there is one', async () => {
    const signUp = async (email: string) => {
      const browser = world().browser();
      const { begun, answer } = await world().byEmail(browser, email);
      const form = { givenName: 'Edith', familyName: 'Formal' };
      const { id } = await world().redeem(await browser.follow(answer.url, world().redirectUri, form), begun);
      return known(id.sub);
    };
    const kept = world().avatars.keep('Edith@with-picture.example');
    const { profile, profileSources } = await signUp('Edith@with-picture.example');
    expect(profile).toEqual({
      givenName: 'Edith',
      familyName: 'Formal',
      picture: expect.stringContaining(kept) as unknown,
    });
    const typed = { source: 'user', connectionId: null, policy: 'sign-up' };
    expect(profileSources).toMatchObject({ givenName: typed, familyName: typed, picture: typed });
    expect((await signUp('edith@without.example')).profile).toMatchObject({ givenName: 'Edith', picture: null });
  });
}
