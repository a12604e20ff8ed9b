import { readSignUp } from './sign-up-form.js';

const form = (change: object) => ({ givenName: 'Ada', familyName: 'Lovelace', username: '', ...change });

describe('the form of somebody new', () => {
  it.each<[string, object, object]>([
    ['both names', {}, { givenName: 'Ada', familyName: 'Lovelace', username: null }],
    ['one name', { familyName: ' ' }, { givenName: 'Ada', familyName: null, username: null }],
    ['the other', { givenName: '' }, { givenName: null, familyName: 'Lovelace', username: null }],
    [
      'blanks and lines',
      { givenName: ' Ada\r\n  B\u200b ' },
      { givenName: 'Ada B', familyName: 'Lovelace', username: null },
    ],
    ['a username', { username: ' RosyRose ' }, { givenName: 'Ada', familyName: 'Lovelace', username: 'RosyRose' }],
  ])('takes %s', (_says, change, signUp) => {
    expect(readSignUp(form(change), true)).toEqual({ signUp });
  });

  it.each([
    ['name-missing', { givenName: ' \u200b ', familyName: '\t' }],
    ['name-too-long', { givenName: 'x'.repeat(257) }],
    ['username-invalid', { username: 'a' }],
    ['username-invalid', { username: 'a b' }],
    ['username-invalid', { username: 'rosy​' }],
    ['username-invalid', { username: 'ada@contoso.example' }],
  ])('says %s', (problem, change) => {
    expect(readSignUp(form(change), true)).toEqual({ problem });
  });

  it('takes no username where there are none', () => {
    expect(readSignUp(form({ username: 'a b' }), false)).toMatchObject({ signUp: { username: null } });
  });
});
