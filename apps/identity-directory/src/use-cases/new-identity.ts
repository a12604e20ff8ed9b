import type { NewIdentity } from '@homerealm/contracts';
import type { IdentityId } from '@homerealm/domain';
import { emailIdentity, pendingIdentity, phoneIdentity, usernameIdentity } from '../domain/identities.js';
import type { Identity } from '../domain/user.js';

/** The identity a caller of the API asks for. */
export function newIdentity(identityId: IdentityId, wanted: NewIdentity): Identity {
  switch (wanted.type) {
    case 'email':
      return emailIdentity(identityId, wanted.email, wanted.verified, true);
    case 'phone':
      return phoneIdentity(identityId, wanted.phone, wanted.verified, true);
    case 'username':
      return usernameIdentity(identityId, wanted.username, true);
    case 'enterprise':
      return pendingIdentity(identityId, wanted);
  }
}
