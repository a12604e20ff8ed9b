import { createHash } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Application, ApplicationSecret } from '../../domain/application.js';
import { compareByHash } from './compare-by-hash.js';

const now = new Date('2026-05-05T10:00:00.000Z');
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

/** A stored secret that counts how often its hash was looked at. */
function stored(text: string, expiresAt: Date | null, looks: string[]): ApplicationSecret {
  return {
    ...{ id: text, createdAt: now, expiresAt },
    get hash() {
      looks.push(text);
      return hash(text);
    },
  };
}

function compare(given: string, secrets: ApplicationSecret[] | null): Promise<boolean> {
  class Client {
    readonly clientId = 'app';
  }
  const application = secrets && ({ secrets } as unknown as Application);
  compareByHash(
    { Client } as unknown as Pick<Provider, 'Client'>,
    { find: async () => application },
    { hash, now: () => now },
  );
  return (new Client() as unknown as { compareClientSecret(secret: string): Promise<boolean> }).compareClientSecret(
    given,
  );
}

describe('the comparison of client secrets', () => {
  const earlier = new Date(now.getTime() - 1);
  const later = new Date(now.getTime() + 1);

  it.each([
    ['old', later, true],
    ['old', null, true],
    ['new', null, true],
    ['old', earlier, false],
    ['old', now, false],
    ['other', null, false],
    ['', null, false],
    ['olda', null, false],
  ])('A51: takes %s, while the old one lasts until %s: %s', async (given, end, taken) => {
    expect(await compare(given, [stored('old', end, []), stored('new', null, [])])).toBe(taken);
  });

  it.each(['old', 'new', 'other'])(
    'A51: looks at every secret, whichever fits (%s): the time tells nothing',
    async (given) => {
      const looks: string[] = [];
      await compare(given, [stored('old', null, looks), stored('new', null, looks)]);
      expect(looks).toEqual(['old', 'new']);
    },
  );

  it('takes nothing for an application that is gone, or has no secret', async () => {
    expect(await compare('old', null)).toBe(false);
    expect(await compare('', [])).toBe(false);
  });
});
