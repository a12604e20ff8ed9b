import fc from 'fast-check';
import { makeId, UserId } from './ids.js';

const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
const milliseconds = fc.integer({ min: 0, max: 2 ** 47 });

describe('an id', () => {
  it('is accepted by its own schema', () => {
    fc.assert(fc.property(milliseconds, bytes, (now, random) => UserId.safeParse(makeId('user', now, random)).success));
  });

  it('sorts by the time it was made', () => {
    fc.assert(
      fc.property(milliseconds, bytes, bytes, (now, a, b) => makeId('user', now, a) < makeId('user', now + 1, b)),
    );
  });

  it('is another for other random bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => (makeId('user', 1, a) === makeId('user', 1, b)) === (a.join() === b.join())),
    );
  });

  it('is refused under another name, upper case or with letters that look like digits', () => {
    const id = makeId('user', 1_700_000_000_000, new Uint8Array(10));
    for (const text of [id.replace('user', 'conn'), id.toUpperCase(), `${id}0`, id.replace(/.$/, 'l')])
      expect(UserId.safeParse(text).success).toBe(false);
  });

  it('needs ten random bytes', () => {
    expect(() => makeId('user', 1, new Uint8Array(9))).toThrow(RangeError);
  });
});
