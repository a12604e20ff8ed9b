import { addIdentity, type Change } from '../change-identities.js';
import { changeProfile, joinOrganization } from '../change-user.js';
import type { Happened } from '../happened.js';
import { currentValues, profileAttributes, type ProfileAttribute } from '../profile.js';
import { enterpriseIdentityOf, type Identity, type User } from '../user.js';
import { userErrors } from '../user.errors.js';
import { verifiedNow } from '../verify-identity.js';
import { rowErrors } from './import.errors.js';
import type { ImportColumn, WantedUser } from './import-row.js';
import { objectIdOf, type KnownUser } from './known-users.js';

type Merged = { user: User; happened: Happened[] };

const columns: Record<ProfileAttribute, ImportColumn> = {
  givenName: 'given_name',
  familyName: 'family_name',
  picture: 'picture',
};

/** A row about somebody who is there: adds what is missing. @throws DomainError where something differs */
export function mergeRow(
  wanted: WantedUser,
  { user, providedId }: KnownUser,
  now: string,
): { after: KnownUser; happened: Happened[] } {
  if (wanted.providedId !== null && providedId !== null && wanted.providedId !== providedId)
    throw rowErrors('import.provided-id-differs', {}, 'provided_id');
  let merged = fillProfile(user, wanted, now);
  for (const identity of wanted.identities) merged = takeIdentity(merged, identity);
  if (wanted.organizationId !== null)
    merged = add(merged, joinOrganization(merged.user, wanted.organizationId, 'import'));
  return { after: { user: merged.user, providedId: providedId ?? wanted.providedId }, happened: merged.happened };
}

function fillProfile(user: User, { profile }: WantedUser, now: string): Merged {
  const current = currentValues(user.profile);
  const values: WantedUser['profile'] = {};
  for (const attribute of profileAttributes) {
    const value = profile[attribute];
    if (value === undefined || value === current[attribute]) continue;
    if (current[attribute] !== null) throw rowErrors('import.profile-differs', {}, columns[attribute]);
    values[attribute] = value;
  }
  if (Object.keys(values).length === 0) return { user, happened: [] };
  const update = { values, source: 'admin', connectionId: null, asOf: now, policy: 'admin' } as const;
  const change = changeProfile(user, update, 'admin');
  return change ? { user: change.after, happened: change.happened } : { user, happened: [] };
}

function takeIdentity(merged: Merged, identity: Identity): Merged {
  const enterprise = enterpriseIdentityOf(merged.user);
  if (identity.type === 'enterprise' && enterprise) return waitAs(merged, enterprise, identity);
  // The account replaced the email identity at its first sign-in, and took the address along.
  if (identity.type === 'email' && enterprise && enterprise.canon === identity.canon) return merged;

  const ofType = merged.user.identities.filter(({ type }) => type === identity.type);
  const own = ofType.find(({ canon }) => canon === identity.canon);
  if (own) return identity.verified && !own.verified ? add(merged, verifiedNow(merged.user, own)) : merged;
  if (ofType.length > 0 || (identity.type === 'email' && enterprise)) throw differs(identity.type);
  return add(merged, addIdentity(merged.user, identity, 'import'));
}

function differs(type: Identity['type']) {
  if (type === 'phone') return rowErrors('import.phone-differs', {}, 'phone');
  if (type === 'username') return rowErrors('import.username-differs', {}, 'username');
  return rowErrors('import.email-differs', {}, 'email');
}

/** The same account, or a waiting identity that now also names the account it waits for. */
function waitAs(merged: Merged, own: Identity, wanted: Identity): Merged {
  const [has, wants] = [objectIdOf(own), wanted.expectedObjectId];
  const sameAccount = own.account !== null && wants !== null && has === wants;
  if (own.connectionId !== wanted.connectionId && !sameAccount)
    throw userErrors('identity.enterprise-exclusive', {}, 'connection');
  if (has !== null && wants !== null && has !== wants)
    throw rowErrors('import.object-id-differs', {}, 'entra_object_id');
  if (own.account !== null) return merged;
  if (own.canon !== wanted.canon) throw rowErrors('import.email-differs', {}, 'email');
  return wants === null || has !== null ? merged : named(merged, { ...own, expectedObjectId: wants });
}

function add({ happened }: Merged, change: Change): Merged {
  return { user: change.after, happened: [...happened, ...change.happened] };
}

/** The waiting identity, now for this account only. */
function named({ user, happened }: Merged, identity: Identity): Merged {
  const identities = user.identities.map((one) => (one.identityId === identity.identityId ? identity : one));
  return { user: { ...user, identities }, happened };
}
