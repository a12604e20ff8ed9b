import fc from 'fast-check';
import { updateProfile, type Profile, type ProfileUpdate } from './profile.js';

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
});
