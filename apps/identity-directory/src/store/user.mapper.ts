import { upstreamAccountText, type ConnectionId } from '@homerealm/domain';
import { profileAttributes, type Profile, type ProfileAttribute, type ProfileValue } from '../domain/profile.js';
import type { Identity, User } from '../domain/user.js';

/** A user with identities and memberships as one JSON value, for any statement that has a `"user" u`. */
export const userJson = `json_build_object(
  'user', to_json(u),
  'identities', (SELECT coalesce(json_agg(to_json(i) ORDER BY i.identity_id), '[]')
    FROM "identity" i WHERE i.user_id = u.user_id),
  'organizations', (SELECT coalesce(json_agg(m.organization_id ORDER BY m.organization_id), '[]')
    FROM "membership" m WHERE m.user_id = u.user_id))`;

type IdentityRow = {
  identity_id: string;
  type: string;
  value: string | null;
  canon: string | null;
  verified: boolean;
  email_proven: boolean;
  is_primary: boolean;
  connection_id: string | null;
  account: Identity['account'];
  pairwise_subject: string | null;
  expected_object_id: string | null;
  as_of: string | null;
  provider_word: Identity['providerWord'];
};

export type UserJson = {
  user: {
    user_id: string;
    revision: number;
    status: string;
    given_name: string | null;
    family_name: string | null;
    picture: string | null;
    provenance: Partial<Record<ProfileAttribute, Omit<ProfileValue, 'value'>>>;
    created_at: string;
  };
  identities: IdentityRow[];
  organizations: string[];
};

export function toUser({ user, identities, organizations }: UserJson): User {
  const values = { givenName: user.given_name, familyName: user.family_name, picture: user.picture };
  const profile: Profile = {};
  for (const attribute of profileAttributes) {
    const why = user.provenance[attribute];
    if (why) profile[attribute] = { ...why, value: values[attribute] };
  }
  return {
    userId: user.user_id as User['userId'],
    revision: user.revision,
    status: user.status as User['status'],
    profile,
    identities: identities.map(toIdentity),
    organizations: organizations as User['organizations'],
    createdAt: new Date(user.created_at).toISOString(),
  };
}

const toIdentity = (row: IdentityRow): Identity => ({
  identityId: row.identity_id as Identity['identityId'],
  type: row.type as Identity['type'],
  value: row.value,
  canon: row.canon,
  verified: row.verified,
  emailProven: row.email_proven,
  primary: row.is_primary,
  connectionId: row.connection_id as ConnectionId | null,
  account: row.account,
  pairwiseSubject: row.pairwise_subject,
  expectedObjectId: row.expected_object_id,
  asOf: row.as_of === null ? null : new Date(row.as_of).toISOString(),
  providerWord: row.provider_word,
});

/** The columns of "user"; `revision` is the one the user was loaded with. */
export function toUserRow({ userId, revision, status, profile, createdAt }: User) {
  const provenance = Object.fromEntries(
    Object.entries(profile).map(([attribute, { source, connectionId, asOf, policy }]) => [
      attribute,
      { source, connectionId, asOf, policy },
    ]),
  );
  const given = profile.givenName?.value ?? null;
  const family = profile.familyName?.value ?? null;
  return {
    user_id: userId,
    revision,
    status,
    given_name: given,
    family_name: family,
    picture: profile.picture?.value ?? null,
    provenance,
    full_name_key: searchKey([given, family].filter((name) => name !== null).join(' ')),
    family_name_key: searchKey(family ?? ''),
    created_at: createdAt,
  };
}

export const toIdentityRow = (identity: Identity) => ({
  identity_id: identity.identityId,
  type: identity.type,
  value: identity.value,
  canon: identity.canon,
  verified: identity.verified,
  email_proven: identity.emailProven,
  is_primary: identity.primary,
  connection_id: identity.connectionId,
  account: identity.account,
  account_key: identity.account && upstreamAccountText(identity.account),
  pairwise_subject: identity.pairwiseSubject,
  expected_object_id: identity.expectedObjectId,
  as_of: identity.asOf,
  provider_word: identity.providerWord,
});

/** The form in which names are searched; at most 200 characters, since an index entry has a limit. */
export const searchKey = (text: string): string => text.normalize('NFKC').toLowerCase().trim().slice(0, 200);
