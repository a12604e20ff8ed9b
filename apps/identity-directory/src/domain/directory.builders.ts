import { makeId, type NewId, type UpstreamAccount } from '@homerealm/domain';
import type { SignIn } from './decide-sign-in.js';
import type { Fresh } from './fresh.js';
import { emailIdentity, pendingIdentity } from './identities.js';
import type { SignInConnection } from './is-proven-email.js';
import type { Organization } from './organization.js';
import type { Identity, User } from './user.js';

let made = 0;
/** Ids that differ and can be told apart, without a clock or randomness. */
export const newId: NewId = (prefix) => {
  made += 1;
  const count = new Uint8Array(10);
  new DataView(count.buffer).setUint32(6, made);
  return makeId(prefix, 1_763_760_000_000, count);
};

export const tenantId = '11111111-2222-4333-8444-555555555555';
export const now = '2026-11-21T12:00:00.000Z';
export const aConnectionId = newId('conn');

/** A trusted Entra connection of contoso.example, pinned to its tenant, that creates users. */
export const aConnection = (change: Partial<SignInConnection> = {}): SignInConnection => ({
  connectionId: aConnectionId,
  strategy: 'entra-oauth2',
  organizationId: null,
  pinnedTenant: true,
  homeRealmDomains: ['contoso.example'],
  trustedProvider: true,
  trustScope: 'home-realm',
  createUsers: true,
  autoJoinOrganization: false,
  ...change,
});

export const objectIdOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const anAccount = (
  number: number,
  claims: UpstreamAccount['claims'] = { email: 'ada@contoso.example', givenName: 'Ada', familyName: 'Example' },
  asOf = now,
): UpstreamAccount => ({ key: { kind: 'entra', tenantId, objectId: objectIdOf(number) }, asOf, claims });

export const aSignIn = (change: Partial<SignIn> = {}): SignIn => ({
  connection: aConnection(),
  account: anAccount(1),
  organizationId: null,
  ...change,
});

export const aUser = (identities: Identity[], change: Partial<User> = {}): User => ({
  userId: newId('user'),
  revision: 1,
  status: 'active',
  profile: {},
  identities,
  organizations: [],
  createdAt: now,
  ...change,
});

export const anEmail = (address = 'ada@contoso.example', verified = true): Identity =>
  emailIdentity(newId('identity'), address, verified, true);

export const aWaitingAccount = (email = 'ada@contoso.example', objectId?: string): Identity =>
  pendingIdentity(newId('identity'), { connectionId: aConnectionId, email, ...(objectId && { objectId }) });

export const anEnterpriseAccount = (number: number, change: Partial<Identity> = {}): Identity => ({
  ...pendingIdentity(newId('identity'), { connectionId: aConnectionId, email: 'ada@contoso.example' }),
  verified: true,
  emailProven: true,
  account: anAccount(number).key,
  asOf: now,
  ...change,
});

export const anOrganization = (change: Partial<Organization> = {}): Organization => ({
  organizationId: newId('org'),
  revision: 1,
  name: 'Contoso',
  externalId: null,
  suspended: false,
  autoJoin: false,
  allowedDomains: [],
  sessionSeconds: null,
  createdAt: now,
  ...change,
});

export const fresh = (): Fresh => ({
  userId: newId('user'),
  identityId: newId('identity'),
  emailIdentityId: newId('identity'),
  linkId: newId('link'),
  now,
});
