import fc from 'fast-check';
import { readEmail, readIdentifier } from './identifier.js';

const every = { phone: true, username: true };
const none = { phone: false, username: false };

describe('what somebody types to say who they are', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['ada@contoso.example', 'email', 'ada@contoso.example'],
    ['  Ada@Contoso.EXAMPLE ', 'email', 'ada@contoso.example'],
    ['ada@münchen.example', 'email', 'ada@xn--mnchen-3ya.example'],
    ['+49 (151) 1234-5678', 'phone', '+4915112345678'],
    ['+1.500.555.0006', 'phone', '+15005550006'],
    ['RosyRose', 'username', 'rosyrose'],
    ['a_b-c9', 'username', 'a_b-c9'],
    ['12345678', 'username', '12345678'],
    ['ada@', undefined, undefined],
    ['@contoso.example', undefined, undefined],
    ['ada@@contoso.example, eve@evil.example', undefined, undefined],
    ['ada@contoso.example\r\nBcc: eve@evil.example', undefined, undefined],
    ['+0151', undefined, undefined],
    ['+49', undefined, undefined],
    ['+4915112345678901', undefined, undefined],
    ['a', undefined, undefined],
    ['a b', undefined, undefined],
    ['rosy​rose', undefined, undefined],
    ['ｒｏｓｙ', undefined, undefined],
    ['x'.repeat(65), undefined, undefined],
    ['', undefined, undefined],
  ])('%j is %s', (typed, by, canonical) => {
    const read = readIdentifier(typed, every);
    expect([read?.by, read?.canonical]).toEqual([by, canonical]);
  });

  it('is no phone and no username where the policies have none', () => {
    expect(readIdentifier('+4915112345678', none)).toBeUndefined();
    expect(readIdentifier('RosyRose', none)).toBeUndefined();
    expect(readIdentifier('+4915112345678', { phone: false, username: true })).toBeUndefined();
    expect(readIdentifier('ada@contoso.example', none)?.by).toBe('email');
  });

  it('keeps capitals somebody typed, and no letter that only looks like one', () => {
    expect(readEmail('Ada@Contoso.example')?.typed).toBe('Ada@Contoso.example');
    // A Kelvin sign folds to k: the code goes to the k, so the k is what is proved.
    expect(readEmail('\u212Aim@contoso.example')).toEqual({
      ...{ by: 'email', typed: 'kim@contoso.example', canonical: 'kim@contoso.example' },
    });
  });

  it('A30: reads its own canonical form as itself, whatever was typed', () => {
    const text = fc.oneof(
      fc.emailAddress(),
      fc.stringMatching(/^[\w-]{2,64}$/),
      fc.stringMatching(/^\+[1-9]\d{6,14}$/),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const read = readIdentifier(typed, every);
        if (!read) return;
        const again = readIdentifier(read.canonical, every);
        expect([again?.by, again?.canonical]).toEqual([read.by, read.canonical]);
      }),
    );
  });

  it('is counted as one whatever the case', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_-]{2,20}$/), fc.infiniteStream(fc.boolean()), (name, upper) => {
        const flips = upper[Symbol.iterator]();
        const typed = [...name].map((letter) => (flips.next().value ? letter.toUpperCase() : letter)).join('');
        expect(readIdentifier(typed, every)?.canonical).toBe(name);
        expect(readEmail(`${typed}@x.example`)?.canonical).toBe(`${name}@x.example`);
      }),
    );
  });
});
