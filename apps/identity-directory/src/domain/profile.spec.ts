import type { ConnectionId } from '@homerealm/domain';
import fc from 'fast-check';
import {
  profileAttributes,
  updateProfile,
  type Profile,
  type ProfileAttribute,
  type ProfileUpdate,
} from './profile.js';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const update = (minute: number, values: ProfileUpdate['values']): ProfileUpdate => ({
  values,
  source: 'provider',
  connectionId: null,
  asOf: at(minute),
  policy: 'environment-on',
});

describe('a profile', () => {
  it('takes what is newer, attribute by attribute, and keeps what nobody mentions', () => {
    const { profile } = updateProfile({}, update(5, { givenName: 'Ada', familyName: 'Example' }));
    const next = updateProfile(profile, update(6, { givenName: 'Adele' }));
    expect(next.changed).toEqual(['givenName']);
    expect(next.profile).toMatchObject({ givenName: { value: 'Adele', asOf: at(6) }, familyName: { asOf: at(5) } });
  });

  it('ignores what is older', () => {
    const { profile } = updateProfile({}, update(5, { givenName: 'Ada' }));
    expect(updateProfile(profile, update(4, { givenName: 'Old' }))).toEqual({ profile, changed: [], touched: false });
  });

  it('remembers that the same value was vouched for later', () => {
    const { profile } = updateProfile({}, update(1, { givenName: 'Ada' }));
    const confirmed = updateProfile(profile, update(5, { givenName: 'Ada' }));
    expect(confirmed).toMatchObject({ changed: [], touched: true });
    expect(updateProfile(confirmed.profile, update(3, { givenName: 'Between' })).touched).toBe(false);
  });

  it('hears nothing in blanks, nor in a picture that is no address of an image', () => {
    const { profile } = updateProfile({}, update(1, { givenName: 'Ada', picture: 'https://x.example/a.png' }));
    const silent = update(2, { givenName: ' ', familyName: '', picture: 'javascript:alert(1)' });
    expect(updateProfile(profile, silent)).toEqual({ profile, changed: [], touched: false });
  });

  it('knows why each value is there', () => {
    const { profile } = updateProfile({}, update(5, { givenName: 'Ada' }));
    expect(profile.givenName).toEqual({
      value: 'Ada',
      source: 'provider',
      connectionId: null,
      asOf: at(5),
      policy: 'environment-on',
    });
  });

  it('ends the same in whatever order updates of different moments arrive', () => {
    const anUpdate = fc.record(
      { givenName: fc.constantFrom('A', 'B', 'C'), familyName: fc.constantFrom('X', 'Y') },
      { requiredKeys: [] },
    );
    const shuffled = fc
      .array(anUpdate, { maxLength: 6 })
      .map((all) => all.map((values, minute) => update(minute, values)))
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([inOrder, anyOrder]) => {
        const applied = (updates: ProfileUpdate[]) =>
          updates.reduce<Profile>((profile, one) => updateProfile(profile, one).profile, {});
        expect(applied(anyOrder)).toEqual(applied(inOrder));
      }),
    );
  });

  describe('told of by connections and admins', () => {
    const someValues = fc.record(
      {
        givenName: fc.constantFrom('A', 'B', ' ', null),
        familyName: fc.constantFrom('X', 'Y', null),
        picture: fc.constantFrom('https://p.example/1', 'javascript:1', null),
      },
      { requiredKeys: [] },
    );
    const fromProvider = fc.record({
      source: fc.constant('provider' as const),
      connectionId: fc.constantFrom('conn_1' as ConnectionId, 'conn_2' as ConnectionId),
      policy: fc.constantFrom('connection-on' as const, 'environment-on' as const),
      // What profile-sync tells holds no null.
      values: someValues.map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))),
    });
    const fromAdmin = fc.record({
      source: fc.constant('admin' as const),
      connectionId: fc.constant(null),
      policy: fc.constant('admin' as const),
      values: someValues,
    });
    /** Each of a moment of its own, in their order. */
    const updates = fc
      .array(fc.oneof(fromProvider, fromAdmin), { minLength: 1, maxLength: 7 })
      .map((all) => all.map((one, minute): ProfileUpdate => ({ ...one, asOf: at(minute) })));
    const inAnyOrder = updates.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    const applied = (all: ProfileUpdate[]) =>
      all.reduce<Profile>((profile, one) => updateProfile(profile, one).profile, {});

    /** The newest that said anything of this attribute, and why its value is there. */
    const newest = (all: ProfileUpdate[], attribute: ProfileAttribute) => {
      const said = all.filter(({ source, values }) => {
        const value = values[attribute];
        if (source === 'admin') return value !== undefined;
        return attribute === 'picture' ? /^https:/.test(value ?? '') : (value ?? '').trim() !== '';
      });
      const { values, ...why } = said.at(-1) ?? {};
      return values && { value: values[attribute], ...why };
    };

    it('holds for each attribute the newest word and why it is there, in any order and with every update twice', () => {
      fc.assert(
        fc.property(inAnyOrder, ([inOrder, anyOrder]) => {
          const profile = applied(anyOrder);
          for (const attribute of profileAttributes) expect(profile[attribute]).toEqual(newest(inOrder, attribute));
        }),
      );
    });

    it('never goes back to an older word on the way', () => {
      fc.assert(
        fc.property(inAnyOrder, ([, anyOrder]) => {
          anyOrder.reduce<Profile>((profile, one) => {
            const next = updateProfile(profile, one).profile;
            for (const attribute of profileAttributes) {
              expect((next[attribute]?.asOf ?? '') >= (profile[attribute]?.asOf ?? '')).toBe(true);
            }
            return next;
          }, {});
        }),
      );
    });
  });
});
