import { randomBytes } from 'node:crypto';
import { openSealer, SealError } from './sealer.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

describe('the sealer', () => {
  it('opens what it sealed, for the same context only', async () => {
    const sealer = openSealer(key('a'));
    const { sealed, keyId } = await sealer.seal('hush', 'conn_1');
    expect(keyId).toBe('a');
    expect(sealed).not.toContain('hush');
    expect(await sealer.open(sealed, 'conn_1')).toBe('hush');
    await expect(sealer.open(sealed, 'conn_2')).rejects.toThrow(SealError);
  });

  it('opens with an older key after a new one was put in front', async () => {
    const old = key('old');
    const { sealed } = await openSealer(old).seal('hush', 'c');
    const both = openSealer(`${key('new')},${old}`);
    expect(await both.open(sealed, 'c')).toBe('hush');
    expect((await both.seal('x', 'c')).keyId).toBe('new');
  });

  it.each([
    [
      'an unknown key id',
      async () => openSealer(key('b')).open((await openSealer(key('a')).seal('x', 'c')).sealed, 'c'),
    ],
    [
      'another key of the same id',
      async () => openSealer(key('a')).open((await openSealer(key('a')).seal('x', 'c')).sealed, 'c'),
    ],
    ['text that was never sealed', () => openSealer(key('a')).open('plain', 'c')],
  ])('refuses %s', async (_case, open) => {
    await expect(open()).rejects.toThrow(SealError);
  });

  it.each(['', 'a', 'a:short', ':x', `a:${randomBytes(16).toString('base64')}`])('refuses the key ring %j', (ring) => {
    expect(() => openSealer(ring)).toThrow(SealError);
  });
});
