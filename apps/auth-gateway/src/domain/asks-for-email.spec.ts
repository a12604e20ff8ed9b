import type { SignInResponse } from '@homerealm/contracts';
import type { UpstreamAccount } from '@homerealm/domain';
import { aConnection, aSocialConnection } from '../fixtures/connections.js';
import { asksForEmail, lacksEmail } from './asks-for-email.js';

const account = (claims: UpstreamAccount['claims']): UpstreamAccount => ({
  ...{ key: { kind: 'oidc', issuer: 'https://accounts.google.com', subject: 's' }, claims },
  asOf: '2026-01-01T00:00:00.000Z',
});

describe('the email of a social account', () => {
  it.each([
    ['given', aSocialConnection(), { email: 'ada@x.example' }, false],
    [
      'given, though nobody vouches for it',
      aSocialConnection(),
      { email: 'ada@x.example', emailVerified: false },
      false,
    ],
    ['not given', aSocialConnection(), {}, true],
    [
      'not given by a company’s provider',
      aSocialConnection({ strategy: 'oidc', identityType: 'enterprise' }),
      {},
      false,
    ],
    ['not given by Entra', aConnection(), {}, false],
  ])('%s', (_says, connection, claims, lacks) => expect(lacksEmail(connection, account(claims))).toBe(lacks));

  const would = (change: string) => ({ outcome: 'signed-in', change }) as SignInResponse;
  const refuses = (code: string) => ({ outcome: 'refused', code }) as SignInResponse;
  it.each([
    ['of somebody new is asked for', would('created'), true],
    [
      'of somebody nobody may be made for is asked for: they may be here under it',
      refuses('user.not-provisioned'),
      true,
    ],
    ['of somebody known is not', would('matched'), false],
    ['of somebody suspended is not', refuses('user.suspended'), false],
  ])('%s', (_says, foreseen, asks) => expect(asksForEmail(foreseen)).toBe(asks));
});
