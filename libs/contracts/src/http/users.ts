import { ConnectionId, Email, IdentityId, OrganizationId, Phone, UserId, Username } from '@homerealm/domain';
import { z } from 'zod';
import { IdentityType, UserState } from '../topics/user.topic.js';
import { pictureAddress, readableText } from './text.js';

const profileFields = {
  givenName: readableText(256).nullish().describe('Given name; null when there is none.'),
  familyName: readableText(256).nullish().describe('Family name; null when there is none.'),
  picture: pictureAddress.nullish().describe('Picture: https or data: address; null when there is none.'),
};

/** An identity an admin adds: an address, a number, a name, or an enterprise account that is still to sign in. */
export const NewIdentity = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('email'),
    email: Email.describe('The address, stored as given, compared ignoring case.'),
    verified: z.boolean().default(false).describe('The address was proven to be this user’s. Only then does it link.'),
  }),
  z.strictObject({
    type: z.literal('phone'),
    phone: Phone.describe('The number with its country; kept as E.164.'),
    verified: z
      .boolean()
      .default(false)
      .describe('The number was proven to be this user’s. Only then is it theirs alone.'),
  }),
  z.strictObject({
    type: z.literal('username'),
    username: Username.describe('2–64 letters A–Z, digits, - and _. Unique ignoring case; needs a verified email.'),
  }),
  z.strictObject({
    type: z.literal('enterprise'),
    connectionId: ConnectionId.describe('The connection the account will come through.'),
    email: Email.describe('The address the provider will report.'),
    objectId: z.guid().optional().describe('The Entra object id. With it only that account gets the identity.'),
  }),
]);
export type NewIdentity = z.output<typeof NewIdentity>;

/** `POST /users` of the identity directory. */
export const CreateUserRequest = z.strictObject({
  profile: z.strictObject(profileFields).default({}),
  identities: z.array(NewIdentity).min(1).max(20).describe('At least one; an enterprise identity stands alone.'),
  organizationId: OrganizationId.nullish().describe('Becomes a member of this organization.'),
});
export type CreateUserRequest = z.output<typeof CreateUserRequest>;

/** `PATCH /users/:userId`. A field left out stays; null empties it. */
export const ChangeUserRequest = z.strictObject({ profile: z.strictObject(profileFields) });
export type ChangeUserRequest = z.output<typeof ChangeUserRequest>;

/** Why a profile value is there. */
export const ProfileSource = z.object({
  source: z.enum(['provider', 'admin', 'user']),
  connectionId: ConnectionId.nullable(),
  asOf: z.string().describe('When the source vouched for the value, ISO 8601.'),
  policy: z
    .enum(['first-sign-in', 'connection-on', 'environment-on', 'admin', 'sign-up'])
    .describe('The rule that let it in.'),
});

export const IdentityResponse = z.object({
  ...UserState.shape.identities.element.shape,
  identityId: IdentityId,
  type: IdentityType,
  userId: UserId,
});
export type IdentityResponse = z.output<typeof IdentityResponse>;

export const UserResponse = z.object({
  ...UserState.shape,
  profileSources: z.object({
    givenName: ProfileSource.nullable(),
    familyName: ProfileSource.nullable(),
    picture: ProfileSource.nullable(),
  }),
  createdAt: z.string().describe('ISO 8601.'),
});
export type UserResponse = z.output<typeof UserResponse>;
