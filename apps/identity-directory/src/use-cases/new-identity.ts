import type { NewIdentity } from '@homerealm/contracts';
import type { IdentityId } from '@homerealm/domain';
import { emailIdentity, pendingIdentity } from '../domain/identities.js';
import type { Identity } from '../domain/user.js';

/** The identity a caller of the API asks for. */
export const newIdentity = (identityId: IdentityId, wanted: NewIdentity): Identity =>
  wanted.type === 'email'
    ? emailIdentity(identityId, wanted.email, wanted.verified, true)
    : pendingIdentity(identityId, wanted);
