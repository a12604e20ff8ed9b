import { AttemptId, ConnectionId, OrganizationId, Strategy, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import { exampleAttemptId, exampleConnectionId, exampleOrganizationId, exampleUserId } from './examples.js';

export const signInTopic = defineTopic({
  name: 'auth-gateway.sign-in.v1',
  owner: 'auth-gateway',
  says: 'Who signed in, who was refused, who signed out. Ids only. The key is the user id; the attempt id where no user was found.',
  key: 'userId, or attemptId where there is no user',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    UserSignedIn: {
      says: 'A person signed in.',
      data: z.object({
        userId: UserId,
        attemptId: AttemptId,
        connectionId: ConnectionId.nullable(),
        strategy: Strategy.nullable(),
        applicationId: z.string(),
        organizationId: OrganizationId.nullable(),
        /** The user record was created by this sign-in. */
        firstSignIn: z.boolean(),
      }),
      example: {
        userId: exampleUserId,
        attemptId: exampleAttemptId,
        connectionId: exampleConnectionId,
        strategy: 'entra-oauth2',
        applicationId: 'app_demo',
        organizationId: exampleOrganizationId,
        firstSignIn: true,
      },
      examples: {
        'without-connection': {
          userId: exampleUserId,
          attemptId: exampleAttemptId,
          connectionId: null,
          strategy: null,
          applicationId: 'app_demo',
          organizationId: null,
          firstSignIn: false,
        },
      },
    },
    SignInRefused: {
      says: 'A try to sign in was refused; the attempt record says why.',
      data: z.object({
        attemptId: AttemptId,
        code: z.string(),
        userId: UserId.nullable(),
        connectionId: ConnectionId.nullable(),
        applicationId: z.string().nullable(),
        organizationId: OrganizationId.nullable(),
      }),
      example: {
        attemptId: exampleAttemptId,
        code: 'user.not-provisioned',
        userId: null,
        connectionId: exampleConnectionId,
        applicationId: 'app_demo',
        organizationId: null,
      },
      examples: {
        'known-user': {
          attemptId: exampleAttemptId,
          code: 'user.suspended',
          userId: exampleUserId,
          connectionId: null,
          applicationId: null,
          organizationId: exampleOrganizationId,
        },
      },
    },
    UserSignedOut: {
      says: 'A session ended.',
      data: z.object({
        userId: UserId,
        applicationId: z.string().nullable(),
        reason: z.enum(['requested', 'expired', 'revoked']),
      }),
      example: { userId: exampleUserId, applicationId: 'app_demo', reason: 'requested' },
      examples: { expired: { userId: exampleUserId, applicationId: null, reason: 'expired' } },
    },
  },
});
export type SignInEvent = EventOf<typeof signInTopic>;
