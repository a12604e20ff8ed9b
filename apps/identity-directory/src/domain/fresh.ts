import type { IdentityId, LinkId, UserId } from '@homerealm/domain';

/** Ids for what a sign-in might create, and the present moment in ISO 8601. */
export type Fresh = {
  userId: UserId;
  identityId: IdentityId;
  emailIdentityId: IdentityId;
  linkId: LinkId;
  now: string;
};
