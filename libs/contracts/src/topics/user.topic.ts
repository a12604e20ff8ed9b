import { ConnectionId, IdentityId, OrganizationId, UpstreamAccountKey, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import {
  exampleConnectionId,
  exampleIdentityId,
  exampleOrganizationId,
  exampleTenantId,
  exampleUserId,
} from './examples.js';

export const IdentityType = z.enum(['email', 'phone', 'username', 'social', 'enterprise']);
export type IdentityType = z.infer<typeof IdentityType>;

const userId = { userId: UserId };
const identity = {
  ...userId,
  identityId: IdentityId,
  type: IdentityType,
  connectionId: ConnectionId.nullable(),
};
const identityExample = {
  userId: exampleUserId,
  identityId: exampleIdentityId,
  type: 'enterprise',
  connectionId: exampleConnectionId,
};

export const userTopic = defineTopic({
  name: 'identity-directory.user.v1',
  owner: 'identity-directory',
  says: 'What happened to users and their identities. Ids only.',
  key: 'userId',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    UserCreated: {
      says: 'A person is known for the first time.',
      data: z.object({
        ...userId,
        by: z.enum(['sign-in', 'admin', 'import', 'sign-up']),
        connectionId: ConnectionId.nullable(),
      }),
      example: { userId: exampleUserId, by: 'sign-in', connectionId: exampleConnectionId },
      examples: { 'by-an-admin': { userId: exampleUserId, by: 'admin', connectionId: null } },
    },
    UserProfileChanged: {
      says: 'Given name, family name or picture changed; the values are in the state topic.',
      data: z.object({
        ...userId,
        changed: z.array(z.enum(['givenName', 'familyName', 'picture'])),
        by: z.enum(['sync', 'admin', 'user']),
      }),
      example: { userId: exampleUserId, changed: ['givenName'], by: 'sync' },
    },
    IdentityAdded: {
      says: 'The user can sign in with something new.',
      data: z.object({ ...identity, reason: z.enum(['created', 'linked', 'bound', 'admin', 'import']) }),
      example: { ...identityExample, reason: 'created' },
      examples: { email: { ...identityExample, type: 'email', connectionId: null, reason: 'admin' } },
    },
    IdentityRemoved: {
      says: 'The user can no longer sign in with this; sessions that rest on it end.',
      data: z.object({ ...identity, reason: z.enum(['replaced-by-enterprise', 'deleted', 'superseded']) }),
      example: { ...identityExample, type: 'email', connectionId: null, reason: 'replaced-by-enterprise' },
      examples: { enterprise: { ...identityExample, reason: 'deleted' } },
    },
    IdentityMadePrimary: {
      says: 'This identity is now the first of its type.',
      data: z.object(identity),
      example: { ...identityExample, type: 'email', connectionId: null },
      examples: { social: { ...identityExample, type: 'social' } },
    },
    IdentityVerified: {
      says: 'The user proved an identity that was only claimed before.',
      data: z.object({ ...userId, identityId: IdentityId, type: IdentityType }),
      example: { userId: exampleUserId, identityId: exampleIdentityId, type: 'email' },
    },
    UserSuspended: { says: 'The user may not sign in.', data: z.object(userId), example: { userId: exampleUserId } },
    UserReactivated: {
      says: 'The user may sign in again.',
      data: z.object(userId),
      example: { userId: exampleUserId },
    },
    UserDeleted: {
      says: 'The user and all personal data are gone. Consumers erase what they hold.',
      erases: true,
      data: z.object(userId),
      example: { userId: exampleUserId },
    },
  },
});
export type UserEvent = EventOf<typeof userTopic>;

export const UserState = z.object({
  userId: UserId,
  status: z.enum(['active', 'suspended']),
  profile: z.object({
    givenName: z.string().nullable(),
    familyName: z.string().nullable(),
    picture: z.string().nullable(),
  }),
  identities: z.array(
    z.object({
      identityId: IdentityId,
      type: IdentityType,
      /** The address, number or name; for social and enterprise identities the email known at the provider. */
      value: z.string().nullable(),
      verified: z.boolean(),
      primary: z.boolean(),
      connectionId: ConnectionId.nullable(),
      account: UpstreamAccountKey.nullable(),
    }),
  ),
  organizations: z.array(OrganizationId),
});
export type UserState = z.infer<typeof UserState>;

export const userStateTopic = defineTopic({
  name: 'identity-directory.user-state.v1',
  owner: 'identity-directory',
  says: 'Every user as they are now. Personal data; a tombstone erases it.',
  key: 'userId',
  policy: { cleanup: 'compact' },
  readers: ['profile-sync', 'auth-gateway'],
  stateOf: userTopic.name,
  events: {
    UserState: {
      says: 'The whole record of a user.',
      data: UserState,
      example: {
        userId: exampleUserId,
        status: 'active',
        profile: { givenName: 'Ada', familyName: 'Example', picture: null },
        identities: [
          {
            identityId: exampleIdentityId,
            type: 'enterprise',
            value: 'ada@contoso.example',
            verified: true,
            primary: true,
            connectionId: exampleConnectionId,
            account: { kind: 'entra', tenantId: exampleTenantId, objectId: '2a7c9d10-4b5e-4f60-8a71-9b8c7d6e5f40' },
          },
        ],
        organizations: [],
      },
      examples: {
        suspended: {
          userId: exampleUserId,
          status: 'suspended',
          profile: { givenName: null, familyName: null, picture: 'https://contoso.example/ada.png' },
          identities: [
            {
              identityId: exampleIdentityId,
              type: 'social',
              value: null,
              verified: false,
              primary: false,
              connectionId: exampleConnectionId,
              account: { kind: 'oidc', issuer: 'https://idp.contoso.example', subject: 'ada' },
            },
            {
              identityId: 'identity_01jd3m0000000000000000000f',
              type: 'email',
              value: 'ada@contoso.example',
              verified: true,
              primary: true,
              connectionId: null,
              account: null,
            },
          ],
          organizations: [exampleOrganizationId],
        },
      },
    },
  },
});
export type UserStateEvent = EventOf<typeof userStateTopic>;
